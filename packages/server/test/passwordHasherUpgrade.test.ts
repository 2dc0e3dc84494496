import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConfigurationError, realWorld } from "cardea";
import { createEvenWork } from "../src/people/passwordHasher/evenWork.ts";
import { defaultHashCost, type HashCost } from "../src/people/passwordHasher/hashCost.ts";
import { argon2ByNode, typed, withHasher } from "./support/hasher.ts";

const right = typed("a phrase of several words");
const wrong = typed("another phrase of words");
const slow: HashCost = { ...defaultHashCost, passes: 10 };

describe("a hash that is checked", () => {
  const raised: HashCost = { memoryKiB: 32_768, passes: 3, parallelism: 1 };

  test("NIST-P12: CS-PS2: is outdated once memory or passes are raised, and not when they are lowered", async () => {
    const stored = { floor: "", raised: "" };
    await withHasher({}, async (hasher) => {
      stored.floor = await hasher.hash(right);
      assert.deepEqual(await hasher.verify(right, stored.floor), { matches: true, outdated: false });
    });
    await withHasher({ cost: raised }, async (hasher) => {
      stored.raised = await hasher.hash(right);
      assert.deepEqual(await hasher.verify(right, stored.floor), { matches: true, outdated: true });
      assert.deepEqual(await hasher.verify(wrong, stored.floor), { matches: false, outdated: true });
      assert.deepEqual(await hasher.verify(right, stored.raised), { matches: true, outdated: false });
    });
    await withHasher({}, async (hasher) => {
      assert.deepEqual(await hasher.verify(right, stored.raised), { matches: true, outdated: false });
    });
    for (const cost of [
      { ...raised, memoryKiB: 32_769 },
      { ...raised, passes: 4 },
    ]) {
      await withHasher({ cost }, async (hasher) => {
        assert.equal((await hasher.verify(right, stored.raised)).outdated, true);
      });
    }
  });

  test("L-03: takes as long as a current one, however cheap it is; what is dearer is not held up", () => {
    const clock = { now: 0 };
    const pauses: number[] = [];
    const lasting = (ms: number) => (): string => {
      clock.now += ms;
      return `${ms} ms of work`;
    };
    const work = createEvenWork({
      now: () => clock.now,
      pause: (ms) => {
        pauses.push(ms);
        clock.now += ms;
      },
      usualWork: lasting(40),
    });
    const duration = (run: () => unknown): number => {
      const from = clock.now;
      run();
      return clock.now - from;
    };
    assert.equal(work.other(lasting(3)), "3 ms of work", "the first one has to find out what is usual");
    assert.deepEqual(pauses, [37]);
    assert.equal(
      duration(() => work.other(lasting(10))),
      40,
    );
    assert.equal(
      duration(() => work.other(lasting(200))),
      200,
    );
    assert.equal(
      duration(() => work.usual(lasting(44))),
      44,
    );
    const spread = Array.from({ length: 4 }, () => duration(() => work.other(lasting(1))));
    assert.deepEqual(spread.toSorted(), [40, 40, 44, 44], "as spread as the usual work is");
    for (let run = 0; run < 64; run += 1) work.usual(lasting(15));
    assert.deepEqual(
      Array.from({ length: 64 }, () => duration(() => work.other(lasting(1)))),
      Array.from({ length: 64 }, () => 15),
      "times of long ago are forgotten",
    );
  });

  test("L-03: of a scheme that takes no time is held up by the pool, until the quickest of the usual ones is done", async () => {
    await withHasher({ cost: slow }, async (hasher) => {
      const lasted = async (stored: string | undefined): Promise<number> => {
        const from = realWorld.monotonic();
        await hasher.verify(wrong, stored);
        return realWorld.monotonic() - from;
      };
      const usual = [await lasted(undefined), await lasted(undefined), await lasted(undefined)];
      // One iteration of PBKDF2 takes microseconds, so half of the quickest leaves room for messages and none for a short cut.
      const cheap = await lasted("pbkdf2_sha256$1$salt$c2l4dGVlbiBieXRlcyBhcmUgaW4gaGVyZQ==");
      assert.ok(cheap > Math.min(...usual) / 2, `${cheap} ms beside ${usual.join(", ")}`);
    });
  });

  test("L-03: work that throws is not held up and not remembered", () => {
    let now = 0;
    const lasts = (ms: number): void => {
      now += ms;
    };
    const work = createEvenWork({ now: () => now, pause: lasts, usualWork: () => lasts(5) });
    const failing = (): never => {
      lasts(1000);
      throw new Error("damaged");
    };
    assert.throws(() => work.usual(failing), /damaged/);
    assert.throws(() => work.other(failing), /damaged/);
    const from = now;
    work.other(() => undefined);
    assert.equal(now - from, 5);
  });
});

describe("a pepper", () => {
  const secret = (fill: number): Uint8Array => new Uint8Array(32).map((_, at) => (at * 7 + fill) % 256);
  const first = { id: "2026", secret: secret(1) };
  const second = { id: "2027-b", secret: secret(2) };

  test("NIST-P13: goes into the hash and stands in its text by its id alone; without it nothing opens", async () => {
    await withHasher({ pepper: first }, async (hasher) => {
      const stored = await hasher.hash(right);
      assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1,keyid=MjAyNg\$[^$]{22}\$[^$]{43}$/);
      assert.equal(stored.includes(Buffer.from(first.secret).toString("base64").slice(0, 20)), false);
      assert.deepEqual(await hasher.verify(right, stored), { matches: true, outdated: false });
      assert.equal((await hasher.verify(wrong, stored)).matches, false);
      assert.equal(stored.split("$").at(-1), argon2ByNode(right, stored, first.secret));
      assert.notEqual(stored.split("$").at(-1), argon2ByNode(right, stored));
      assert.equal((await hasher.verify(right, stored.replace(",keyid=MjAyNg", ""))).matches, false);
    });
  });

  test("NIST-P13: is rotated at sign-in: hashes of earlier ones, and of none, are checked and outdated", async () => {
    const stored = { none: "", first: "" };
    await withHasher({}, async (hasher) => {
      stored.none = await hasher.hash(right);
    });
    await withHasher({ pepper: first }, async (hasher) => {
      stored.first = await hasher.hash(right);
      assert.deepEqual(await hasher.verify(right, stored.none), { matches: true, outdated: true });
    });
    await withHasher({ pepper: second, earlierPeppers: [first] }, async (hasher) => {
      assert.deepEqual(await hasher.verify(right, stored.first), { matches: true, outdated: true });
      assert.deepEqual(await hasher.verify(right, await hasher.hash(right)), { matches: true, outdated: false });
    });
    await withHasher({ earlierPeppers: [first] }, async (hasher) => {
      assert.deepEqual(await hasher.verify(right, stored.first), { matches: true, outdated: true });
    });
  });

  test("NIST-P13: that is not configured is a fault which says the fix, looks like a wrong password, and never lets anybody in", async () => {
    let stored = "";
    await withHasher({ pepper: first }, async (hasher) => {
      stored = await hasher.hash(right);
    });
    for (const options of [{}, { pepper: second }, { earlierPeppers: [second] }]) {
      const faults: Error[] = [];
      await withHasher({ ...options, onFault: (fault) => faults.push(fault) }, async (hasher) => {
        assert.deepEqual(await hasher.verify(right, stored), { matches: false, outdated: false });
      });
      assert.ok(faults[0] instanceof ConfigurationError);
      assert.match(faults[0].message, /the pepper "2026"\. Add it to passwords\.earlierPeppers/);
    }
    await withHasher({ pepper: { id: first.id, secret: second.secret } }, async (hasher) => {
      assert.equal((await hasher.verify(right, stored)).matches, false, "the same id with another secret");
    });
  });
});
