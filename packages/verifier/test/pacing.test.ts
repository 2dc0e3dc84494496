import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { backoffMs } from "../src/backoff.ts";
import { cacheLifetimeMs } from "../src/cacheLifetime.ts";
import { createTokenBucket } from "../src/tokenBucket.ts";
import { fakeWorld } from "./support/fakeWorld.ts";

const lifetimes: readonly (readonly [headers: Readonly<Record<string, string>>, seconds: number])[] = [
  [{}, 300],
  [{ "cache-control": "public" }, 300],
  [{ "cache-control": "max-age=60" }, 60],
  [{ "cache-control": "public, MAX-AGE=60, must-revalidate" }, 60],
  [{ "cache-control": 'max-age="60"' }, 60],
  [{ "cache-control": "max-age=60", age: "20" }, 40],
  [{ "cache-control": "max-age=60", age: "100" }, 10],
  [{ "cache-control": "max-age=60", age: "-100" }, 60],
  [{ "cache-control": "max-age=60", age: "soon" }, 60],
  [{ "cache-control": "max-age=0" }, 10],
  [{ "cache-control": "no-store" }, 10],
  [{ "cache-control": "no-cache, max-age=3600" }, 10],
  [{ "cache-control": "max-age=31536000" }, 3600],
  [{ "cache-control": "max-age=999999999" }, 3600],
  [{ "cache-control": "max-age=9999999999999999" }, 300],
  [{ "cache-control": "max-age=-1" }, 300],
  [{ "cache-control": "s-maxage=60" }, 300],
  [{ "cache-control": "x-max-age=60" }, 300],
];

for (const [headers, seconds] of lifetimes) {
  test(`${JSON.stringify(headers)} is fresh for ${seconds} seconds`, () => {
    assert.equal(cacheLifetimeMs(new Headers(headers)), seconds * 1000);
  });
}

test("no header makes a lifetime that is no number, too short or too long", () => {
  const text = fc.string({ unit: fc.constantFrom(...'max-age=,0123456789 "-'.split("")) });
  fc.assert(
    fc.property(text, text, (control, age) => {
      const ms = cacheLifetimeMs(new Headers({ "cache-control": control, age }));
      assert.ok(ms >= 10_000 && ms <= 3_600_000);
    }),
  );
});

test("a bucket gives its capacity at once, then one token a refill", () => {
  const world = fakeWorld();
  const bucket = createTokenBucket({ capacity: 2, refillMs: 100, monotonic: world.monotonic });
  const takes = (count: number) => Array.from({ length: count }, () => bucket.take());
  assert.deepEqual(takes(3), [true, true, false]);
  world.pass(99);
  assert.deepEqual(takes(1), [false]);
  world.pass(1);
  assert.deepEqual(takes(2), [true, false]);
  world.pass(1e9);
  assert.deepEqual(takes(3), [true, true, false], "what was not used is not saved up");
});

test("asking an empty bucket does not keep it empty", () => {
  const world = fakeWorld();
  const bucket = createTokenBucket({ capacity: 1, refillMs: 100, monotonic: world.monotonic });
  bucket.take();
  const answers = Array.from({ length: 4 }, () => {
    world.pass(25);
    return bucket.take();
  });
  assert.equal(answers.filter(Boolean).length, 1);
});

test("waits double from the first to the longest and are spread from nothing to that", () => {
  const longest = (failures: number) => backoffMs(failures, { firstMs: 100, longestMs: 5000, random: () => 1 });
  assert.deepEqual([0, 1, 2, 3, 7, 1000, 1e9].map(longest), [100, 100, 200, 400, 5000, 5000, 5000]);
  assert.equal(backoffMs(3, { firstMs: 100, longestMs: 5000, random: () => 0 }), 0);
  assert.equal(backoffMs(3, { firstMs: 100, longestMs: 5000, random: () => 0.5 }), 200);
});
