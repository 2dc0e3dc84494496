import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import fc from "fast-check";
import { throttleOptions } from "../src/config/throttleOptions.ts";
import { memory } from "../src/store/memory/memory.ts";
import type { StoreFactory } from "../src/store/ports.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";
import { farAddressOf, minute, openThrottle, second, type Try, times } from "./support/throttle.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-throttle-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

const stores: Readonly<Record<string, () => StoreFactory>> = {
  memory,
  sqlite: () => sqlite(join(folder, `${files++}.db`)),
};

for (const [name, make] of Object.entries(stores)) {
  describe(`two hundred tries at once, ${name}`, () => race(make));
}

function race(make: () => StoreFactory): void {
  const open = async (limits: Parameters<typeof openThrottle>[0] = {}): ReturnType<typeof openThrottle> =>
    openThrottle(limits, await make().open(realWorld));
  const atOnce = async (tryOne: (index: number) => Promise<boolean>): Promise<number> =>
    (await Promise.all(Array.from({ length: 200 }, (_, index) => tryOne(index)))).filter(Boolean).length;

  test("on one account from one address: the five free ones are looked at, since none has failed yet", async () => {
    const { fail, store } = await open();
    assert.equal(await atOnce(() => fail({ from: "203.0.113.7" })), 5);
    await store.close();
  });

  test("on one account from nowhere that is known: five", async () => {
    const { fail, store } = await open();
    assert.equal(await atOnce(() => fail({ from: undefined })), 5);
    await store.close();
  });

  test("when a wait ends: one", async () => {
    const { fail, advance, store } = await open();
    await times(5, () => fail({ from: undefined }));
    advance(30 * second);
    assert.equal(await atOnce(() => fail({ from: undefined })), 1);
    advance(60 * second);
    assert.equal(await atOnce(() => fail({ from: undefined })), 1);
    await store.close();
  });

  test("from a fresh address while the account waits: one", async () => {
    const { fail, store } = await open();
    await times(5, () => fail({ from: undefined }));
    assert.equal(await atOnce(() => fail({ from: "203.0.113.7" })), 1);
    await store.close();
  });

  test("from two hundred addresses: eighty, the end of the row", async () => {
    const { fail, advance, store } = await open();
    assert.equal(await atOnce((index) => fail({ from: farAddressOf(index) })), 80);
    advance(31 * 86_400_000);
    assert.equal(await fail({ from: "203.0.113.7" }), false);
    await store.close();
  });

  test("on two hundred accounts from one address: twenty", async () => {
    const { fail, store } = await open();
    assert.equal(await atOnce((index) => fail({ from: "203.0.113.7", email: `person${index}@example.com` })), 20);
    await store.close();
  });

  test("by one known device: ten, and the five free ones of everybody", async () => {
    const { fail, store } = await open();
    assert.equal(await atOnce(() => fail({ from: undefined, device: "laptop" })), 15);
    await store.close();
  });

  test("by many known devices: the twenty that are kept for them, and the five free ones", async () => {
    const { fail, store } = await open();
    assert.equal(await atOnce((index) => fail({ from: undefined, device: `device ${index % 50}` })), 25);
    await store.close();
  });

  test("all right: as many as are let in at once, again and again, and nothing is left over", async () => {
    const { succeed, store, fail } = await open();
    for (let round = 0; round < 3; round += 1) {
      const admitted = await atOnce((index) => succeed({ from: "203.0.113.7", email: `person${index}@example.com` }));
      assert.ok(admitted >= 20, `${admitted} were admitted`);
    }
    assert.equal(await atOnce((index) => fail({ from: "203.0.113.7", email: `other${index}@example.com` })), 20);
    await store.close();
  });
}

describe("the bound of the manual", () => {
  const { account, knownDevice } = throttleOptions.parse({});

  /** Guesses by devices that are not known, in any span: the free ones, one for each wait that fits, and one an address for each quarter of an hour. */
  const bound = (spanMs: number, addresses: number): number => {
    let waits = 0;
    for (let left = spanMs; ; waits += 1) {
      left -= Math.min(account.longestWait, account.firstWait * 2 ** waits);
      if (left < 0) break;
    }
    const fresh = addresses * (1 + Math.floor(spanMs / account.freshAddressAfter));
    return Math.min(account.maxFailures - knownDevice.share, account.freeFailures + waits + fresh);
  };

  type Step = { readonly afterMs: number; readonly address: number; readonly tries: number };
  const step = fc.record<Step>({
    afterMs: fc.oneof(
      fc.constant(0),
      fc.nat(2 * minute),
      fc.nat(20 * minute),
      fc.constantFrom(30 * second, 15 * minute),
    ),
    address: fc.nat(6),
    tries: fc.integer({ min: 1, max: 12 }),
  });

  test("NIST-R1: L-13: holds for any tries from any addresses, in any span of time", async () => {
    const known = async (steps: readonly Step[]): Promise<void> => {
      const { fail, advance, world } = await openThrottle({
        address: { failures: 100_000 },
        network: { failures: 100_000 },
      });
      const guesses: number[] = [];
      for (const { afterMs, address, tries } of steps) {
        advance(afterMs);
        const from = address === 0 ? undefined : farAddressOf(address);
        const outcomes = await Promise.all(Array.from({ length: tries }, () => fail({ from })));
        guesses.push(...outcomes.filter(Boolean).map(() => world.now()));
      }
      const addresses = new Set(steps.map(({ address }) => address)).size;
      for (const [first, from] of guesses.entries()) {
        for (const [last, until] of guesses.entries()) {
          if (last >= first)
            assert.ok(last - first + 1 <= bound(until - from, addresses), `${last - first + 1} guesses`);
        }
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), known), { numRuns: 150 });
  });

  test("the right password from a fresh address gets in after any tries that leave the row open", async () => {
    const property = async (steps: readonly Step[]): Promise<void> => {
      const { fail, advance, succeed } = await openThrottle();
      let guesses = 0;
      for (const { afterMs, address, tries } of steps) {
        advance(afterMs);
        guesses += await times(tries, () => fail({ from: farAddressOf(address) }));
      }
      const owner: Try = { from: "203.0.113.7" };
      assert.equal(await succeed(owner), guesses < account.maxFailures - knownDevice.share);
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), property), { numRuns: 100 });
  });
});
