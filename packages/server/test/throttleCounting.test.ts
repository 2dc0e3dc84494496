import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { StoreBusyError } from "../src/refusal.ts";
import { CounterLimiter, type Counting } from "../src/signin/throttle/counterLimiter.ts";
import { memory } from "../src/store/memory/memory.ts";
import type { CounterStore } from "../src/store/ports.ts";
import { realWorld } from "../src/world.ts";
import { emailOf, minute, openThrottle, times } from "./support/throttle.ts";

const instant = 1_800_000_000_000;

async function openLimiter(): Promise<{
  limiter: CounterLimiter;
  advance: (ms: number) => void;
  counters: CounterStore;
}> {
  let now = instant;
  const { counters } = await memory().open(realWorld);
  const counting: Counting = { counters, world: { ...realWorld, now: () => now }, refused: () => undefined };
  const limiter = new CounterLimiter(counting, { name: "test", points: 2, windowMs: 1500 });
  const advance = (ms: number): void => {
    now += ms;
  };
  return { limiter, advance, counters };
}

describe("a limiter of the library over our counters", () => {
  test("lives by the clock of the World, in years that the system's clock has not seen", async () => {
    const { limiter, advance } = await openLimiter();
    const { msBeforeNext, remainingPoints, isFirstInDuration } = await limiter.consume("a");
    assert.deepEqual([msBeforeNext, remainingPoints, isFirstInDuration], [1500, 1, true]);
    advance(1000);
    assert.equal((await limiter.consume("a")).msBeforeNext, 500);
    await assert.rejects(limiter.consume("a"), { msBeforeNext: 500, consumedPoints: 3 });
    advance(499);
    assert.equal((await limiter.get("a"))?.msBeforeNext, 1);
    advance(1);
    assert.equal(await limiter.get("a"), null);
    assert.equal((await limiter.consume("a")).consumedPoints, 1);
  });

  test("keeps its counters under its own name", async () => {
    const { limiter, counters } = await openLimiter();
    await limiter.penalty("a", 7);
    assert.deepEqual(await counters.find("throttle:test:a", instant), { points: 7, endsAt: instant + 1500 });
  });

  test("moves the end only when asked to", async () => {
    const { limiter, advance } = await openLimiter();
    await limiter.penalty("a");
    advance(1000);
    assert.equal((await limiter.penalty("a")).msBeforeNext, 500);
    assert.equal((await limiter.penalty("a", 1, { restart: true })).msBeforeNext, 1500);
    assert.equal((await limiter.penalty("a", 0, { restart: true, customDuration: 60 })).msBeforeNext, minute);
  });

  test("points that are given back too late start nothing", async () => {
    const { limiter, advance } = await openLimiter();
    await limiter.penalty("a");
    advance(1500);
    await limiter.reward("a");
    assert.equal(await limiter.get("a"), null);
    assert.equal((await limiter.consume("a")).consumedPoints, 1);
    await limiter.delete("a");
    await limiter.reward("a");
    assert.equal((await limiter.consume("a")).consumedPoints, 1);
  });

  test("sets and blocks as the library does", async () => {
    const { limiter } = await openLimiter();
    await limiter.penalty("a", 5);
    await limiter.set("a", 1, 60);
    assert.equal((await limiter.get("a"))?.consumedPoints, 1);
    await limiter.block("a", 60);
    await assert.rejects(limiter.consume("a"), { msBeforeNext: minute });
  });
});

describe("counters that cannot be reached", () => {
  const down: CounterStore = {
    add: () => Promise.reject(new Error("the connection to 10.0.0.5 was refused")),
    find: () => Promise.reject(new Error("the connection to 10.0.0.5 was refused")),
    remove: () => Promise.reject(new Error("the connection to 10.0.0.5 was refused")),
  };

  test("nobody is admitted and nothing is taken: each call throws what becomes a 503, and the cause is told", async () => {
    const { store } = await openThrottle();
    const { throttle, told } = await openThrottle({}, { ...store, counters: down });
    const email = emailOf("alice@example.com");
    const calls = [
      () => throttle.signIn({ email, client: "203.0.113.7" }),
      () => throttle.signIn({ email, client: undefined, device: "laptop" }),
      () => throttle.take("sign_up", { client: "203.0.113.7" }),
      () => throttle.take("link", { client: "203.0.113.7" }),
      () => throttle.take("mail", { email }),
      () => throttle.count("token_guess", { client: "203.0.113.7" }),
      () => throttle.recovered(email),
    ];
    for (const call of calls) await assert.rejects(call, StoreBusyError);
    assert.ok(told.length >= calls.length && told.every(({ type }) => type === "fault"));
  });

  test("a sign-in whose success cannot be counted is none", async () => {
    const { store } = await openThrottle();
    let isDown = false;
    const counters: CounterStore = {
      add: (...given) => (isDown ? down : store.counters).add(...given),
      find: (...given) => (isDown ? down : store.counters).find(...given),
      remove: (...given) => (isDown ? down : store.counters).remove(...given),
    };
    const { tryOnce } = await openThrottle({}, { ...store, counters });
    const admission = await tryOnce({});
    assert.ok(admission.admitted);
    isDown = true;
    await assert.rejects(admission.succeeded(), StoreBusyError);
  });
});

test("no counter's key and no event holds an email or a client's address", async () => {
  const { store } = await openThrottle();
  const keys: string[] = [];
  const counters: CounterStore = {
    ...store.counters,
    add: (key, ...rest) => {
      keys.push(key);
      return store.counters.add(key, ...rest);
    },
  };
  const { throttle, fail, succeed, told } = await openThrottle({}, { ...store, counters });
  const client = "203.0.113.7";
  const email = emailOf("alice@example.com");
  await times(30, () => fail({ from: client }));
  await succeed({ from: "2001:db8::1", device: "laptop" });
  for (const what of ["sign_up", "mail_request", "mail", "link"] as const) await throttle.take(what, { client, email });
  await throttle.count("token_guess", { client });
  const written = new Set(keys.map((key) => key.replace(/:[A-Za-z0-9_-]{43}(?=:|$)/g, ":mac")));
  assert.deepEqual([...written].toSorted(), [
    "throttle:account:cap:mac",
    "throttle:account:mac",
    "throttle:account_address:mac:mac",
    "throttle:address:kept:mac",
    "throttle:address:mac",
    "throttle:known_device:mac:laptop",
    "throttle:known_devices:mac",
    "throttle:link_address:mac",
    "throttle:mail_address:mac",
    "throttle:mail_mailbox:mac",
    "throttle:network:kept:mac",
    "throttle:network:mac",
    "throttle:sign_up_address:mac",
    "throttle:sign_up_network:mac",
    "throttle:spray:all",
    "throttle:spray_address:mac",
    "throttle:token_guess:mac",
  ]);
  assert.doesNotMatch(JSON.stringify(told.map(({ address, ...event }) => event)), /alice|203\.0\.113|2001:db8/);
});
