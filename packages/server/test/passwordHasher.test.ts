import assert from "node:assert/strict";
import { argon2Sync } from "node:crypto";
import { once } from "node:events";
import { describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { realWorld } from "cardea";
import fc from "fast-check";
import { defaultHashCost, type HashCost } from "../src/people/passwordHasher/hashCost.ts";
import { createPasswordHasher } from "../src/people/passwordHasher/passwordHasher.ts";
import { OverloadedError } from "../src/refusal.ts";
import { argon2ByNode, typed, withHasher } from "./support/hasher.ts";

const right = typed("a phrase of several words");
const wrong = typed("another phrase of words");

const slow: HashCost = { ...defaultHashCost, passes: 10 };

describe("the password hasher", () => {
  test("ASVS-11.4.2: CS-PS1: NIST-P12: makes argon2id hashes at the floor, with 16 bytes of fresh salt and all parameters in the text", async () => {
    await withHasher({ workers: 2 }, async (hasher) => {
      const [first, second] = await Promise.all([hasher.hash(right), hasher.hash(right)]);
      assert.match(first, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
      assert.notEqual(first, second);
      const checks = [hasher.verify(right, first), hasher.verify(right, second), hasher.verify(wrong, first)];
      assert.deepEqual(
        (await Promise.all(checks)).map(({ matches }) => matches),
        [true, true, false],
      );
      assert.equal(first.split("$").at(-1), argon2ByNode(right, first));
    });
  });

  test("ASVS-6.2.8: NIST-P8: a password is its every character: no tail, no case, no end of 72 or 255 bytes is lost", async () => {
    const boundaries = [71, 72, 73, 127, 128, 254, 255, 256];
    await withHasher({ workers: 2 }, async (hasher) => {
      for (const length of boundaries) {
        const text = "p".repeat(length);
        const stored = await hasher.hash(typed(text));
        const others = ["p".repeat(length - 1), `${text.slice(1)}q`, `P${text.slice(1)}`, ` ${text.slice(1)}`];
        const verdicts = await Promise.all([text, ...others].map((one) => hasher.verify(typed(one), stored)));
        assert.deepEqual(
          verdicts.map(({ matches }) => matches),
          [true, false, false, false, false],
          String(length),
        );
      }
    });
  });

  test("ASVS-6.2.8: CS-PS3: of any two different passwords, NULs and all code points among them, only the right one opens", async () => {
    const text = fc.string({ unit: "binary", maxLength: 60 });
    const tail = fc.string({ unit: "binary", minLength: 1, maxLength: 4 });
    await withHasher({ workers: 2 }, (hasher) =>
      fc.assert(
        fc.asyncProperty(text, text, tail, async (one, other, more) => {
          const password = typed(one);
          const stored = await hasher.hash(password);
          assert.equal((await hasher.verify(password, stored)).matches, true);
          for (const different of [typed(other), typed(one + more)]) {
            assert.equal((await hasher.verify(different, stored)).matches, different === password);
          }
        }),
        { numRuns: 40 },
      ),
    );
  });

  test("says no without a hash, whatever the password, and does it as one job of the same form", async () => {
    const asked: number[] = [];
    const random = (bytes: number): Uint8Array => {
      asked.push(bytes);
      return new Uint8Array(bytes);
    };
    await withHasher({ world: { ...realWorld, random }, maxQueue: 1 }, async (hasher) => {
      const running = hasher.verify(right, undefined);
      const waiting = hasher.verify(wrong, undefined);
      await assert.rejects(hasher.verify(right, undefined), OverloadedError);
      assert.deepEqual(await running, { matches: false, outdated: false });
      assert.deepEqual(await waiting, { matches: false, outdated: false });
      assert.deepEqual(asked, [16, 32]);
    });
  });

  test("says no without a hash even to the password that the dummy happens to be of", async () => {
    const salt = new Uint8Array(16);
    const cost = { message: right, nonce: salt, memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
    const hash = new Uint8Array(argon2Sync("argon2id", cost));
    const random = (bytes: number): Uint8Array => (bytes === 16 ? salt : hash);
    await withHasher({ world: { ...realWorld, random } }, async (hasher) => {
      assert.equal((await hasher.verify(right, await hasher.hash(right))).matches, true);
      assert.deepEqual(await hasher.verify(right, undefined), { matches: false, outdated: false });
    });
  });

  test("a worker that dies fails its own job; those that wait get a new worker", async () => {
    await withHasher({ cost: slow }, async (hasher) => {
      const started = once(process, "worker");
      const doomed = hasher.hash(right);
      const waiting = hasher.hash(right);
      const failed = assert.rejects(doomed, /The hashing worker ended/);
      const [worker] = await started;
      assert.ok(worker instanceof Worker);
      await worker.terminate();
      await failed;
      assert.match(await waiting, /^\$argon2id/);
    });
  });

  test("a job that argon2 refuses fails alone, and its message has no password", async () => {
    const salts: Uint8Array[] = [];
    const random = (bytes: number): Uint8Array => salts.pop() ?? realWorld.random(bytes);
    await withHasher({ world: { ...realWorld, random } }, async (hasher) => {
      salts.push(new Uint8Array(1));
      await assert.rejects(hasher.hash(right), (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, /Password hashing failed/);
        return !error.message.includes(right);
      });
      assert.match(await hasher.hash(right), /^\$argon2id/);
    });
  });

  test("a hash that was damaged in the store is a fault, never a yes", async () => {
    const faults: string[] = [];
    await withHasher({ onFault: ({ message }) => faults.push(message) }, async (hasher) => {
      const whole = await hasher.hash(right);
      const damaged = [
        "",
        "x",
        "$argon2id$",
        "$2b$10$abcdefghijklmnopqrstuv",
        whole.slice(0, -30),
        whole.replace("v=19", "v=18"),
        whole.replace("t=2", "t=0"),
        whole.replace("m=19456", "m=7"),
        whole.replace("p=1", "p=0"),
        `${whole}$`,
        whole.replace("argon2id", "argon2x"),
        `${whole}${"A".repeat(600)}`,
      ];
      for (const text of damaged) assert.equal((await hasher.verify(right, text)).matches, false, text);
      assert.equal(faults.length, damaged.length);
      assert.match(faults[0] ?? "", /no known form/);
      for (const text of [whole.replace("t=2", "t=3"), whole.replace(/.$/, (last) => (last === "A" ? "Q" : "A"))]) {
        assert.equal((await hasher.verify(right, text)).matches, false, text);
      }
      assert.equal((await hasher.verify(right, whole)).matches, true);
    });
  });

  test("closing rejects what runs, what waits and what comes after", async () => {
    const hasher = createPasswordHasher({ world: realWorld, workers: 1 });
    const pending = [hasher.hash(right), hasher.hash(right), hasher.hash(right, { lane: "step-up" })];
    const settled = Promise.allSettled(pending);
    await hasher.close();
    assert.deepEqual(
      (await settled).map(({ status }) => status),
      ["rejected", "rejected", "rejected"],
    );
    await assert.rejects(hasher.hash(right), /closed/);
    await hasher.close();
  });

  test("the event loop turns while passwords are hashed", async () => {
    await withHasher({ cost: slow }, async (hasher) => {
      let turns = 0;
      let done = false;
      const hashing = hasher.hash(right).finally(() => {
        done = true;
      });
      while (!done) {
        await new Promise((resolve) => setImmediate(resolve));
        turns += 1;
      }
      await hashing;
      assert.ok(turns > 10, `${turns} turns`);
    });
  });

  test("ASVS-15.2.2: memory grows by no more than a hash for each thread and 40 MiB, however many wait", async () => {
    await withHasher({ workers: 2, maxQueue: 500 }, async (hasher) => {
      // Threads that run from TypeScript sources start with a compiler, which is not what is measured.
      await Promise.all([hasher.hash(right), hasher.hash(right)]);
      const before = process.memoryUsage.rss();
      let highest = before;
      const work = Array.from({ length: 120 }, async () => {
        await hasher.verify(right, undefined);
        highest = Math.max(highest, process.memoryUsage.rss());
      });
      await Promise.all(work);
      const grown = (highest - before) / 2 ** 20;
      assert.ok(grown <= (2 * defaultHashCost.memoryKiB) / 1024 + 40, `${grown.toFixed(1)} MiB`);
    });
  });
});
