import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { climb, ladder, median, recommended, workersFor } from "../src/cli/calibration.ts";
import { defaultHashCost, type HashCost, workOf } from "../src/people/passwordHasher/hashCost.ts";
import { newFolder } from "./support/cli.ts";

/** A machine on which one hash at the floor takes so many milliseconds. */
const machine =
  (floorMs: number) =>
  async (cost: HashCost): Promise<number> =>
    (floorMs * workOf(cost)) / workOf(defaultHashCost);

const gigabytes = 4 * 1024 * 1024;

describe("cardea calibrate", () => {
  test("CS-PS2: climbs until a hash takes longer than the target, and recommends the dearest that does not", async () => {
    const measured = await climb({ targetMs: 50, memoryKiB: gigabytes }, machine(10));
    assert.deepEqual(
      measured.map(({ cost }) => cost.memoryKiB),
      [19_456, 32_768, 47_104, 65_536, 98_304],
    );
    assert.deepEqual(recommended(measured, 50).cost, { memoryKiB: 65_536, passes: 2, parallelism: 1 });
  });

  test("ASVS-11.4.2: CS-PS1: never goes below the floor, however slow the machine and however little its memory", async () => {
    for (const memoryKiB of [1, gigabytes]) {
      const measured = await climb({ targetMs: 50, memoryKiB }, machine(3000));
      assert.deepEqual(
        measured.map(({ cost }) => cost),
        [defaultHashCost],
      );
      assert.deepEqual(recommended(measured, 50).cost, defaultHashCost);
    }
    for (const { memoryKiB, passes } of ladder) assert.ok(memoryKiB >= 19_456 && passes >= 2);
  });

  test("stays within the memory, and takes more passes where there is no more memory to take", async () => {
    const small = await climb({ targetMs: 50, memoryKiB: 50_000 }, machine(1));
    assert.equal(recommended(small, 50).cost.memoryKiB, 47_104);
    const quick = await climb({ targetMs: 500, memoryKiB: gigabytes }, machine(1));
    assert.deepEqual(recommended(quick, 500).cost, { memoryKiB: 262_144, passes: 10, parallelism: 1 });
  });

  test("gives each core a thread, as far as the memory goes", () => {
    assert.equal(workersFor(defaultHashCost, { cores: 8, memoryKiB: gigabytes }), 8);
    assert.equal(workersFor(defaultHashCost, { cores: 8, memoryKiB: 40_000 }), 2);
    assert.equal(workersFor(defaultHashCost, { cores: 8, memoryKiB: 1 }), 1);
    assert.equal(workersFor(defaultHashCost, { cores: 200, memoryKiB: gigabytes }), 64);
    assert.equal(median([5, 1, 9]), 5);
  });

  test("measures this machine, shows how it goes, and answers in JSON or in lines for the configuration", async () => {
    const folder = newFolder();
    const [json, text, bad] = await Promise.all([
      folder.run(["calibrate", "--json", "--target", "1ms"]),
      folder.run(["calibrate", "--target", "1ms", "--memory-mib", "20"]),
      folder.run(["calibrate", "--target", "soon"]),
    ]);
    folder.remove();
    assert.equal(json.code, 0, json.err);
    const { recommended: settings, measured, ms_per_hash, hashes_per_second } = json.json();
    const workers = Reflect.get(Object(settings), "workers");
    assert.deepEqual(settings, { memoryKiB: 19_456, passes: 2, workers });
    for (const number of [workers, ms_per_hash, hashes_per_second]) assert.ok(Number(number) > 0, String(number));
    assert.deepEqual(measured, [{ memoryKiB: 19_456, passes: 2, ms: ms_per_hash }]);
    assert.match(json.err, /19456 KiB, 2 passes: \d+\.\d ms/);
    assert.match(text.out, /passwords: \{ memoryKiB: 19456, passes: 2, workers: 1 \}/);
    assert.match(text.out, /Even the least that is safe takes longer than 1 ms here/);
    assert.equal(bad.code, 2);
    assert.match(bad.err, /--target takes a span of time/);
  });
});
