import assert from "node:assert/strict";
import { test } from "node:test";
import { missingBits } from "../src/revocation/filter.ts";
import { createRevocationTable, type JoinedEntry } from "../src/revocation/table.ts";

/** Numbers that look random and are the same each time: xorshift32 by Marsaglia. */
function createDice(seed: number) {
  let state = seed;
  const word = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
  return { word, below: (limit: number): number => (word() >>> 0) % limit };
}

type Said = { readonly pos: number; readonly issuedBefore: number; readonly expiresAt: number };

/** What the table is to be: a map, and no thought of memory. */
function createModel(fingerprints: readonly (readonly [number, number])[]) {
  const table = createRevocationTable();
  const said = new Map<number, Said>();
  let now = 0;

  const isDue = ({ expiresAt }: Said): boolean => Math.max(1, Math.ceil(expiresAt / 1000)) * 1000 >= now;

  const agree = (index: number): void => {
    const [low = 0, high = 0] = fingerprints[index] ?? [];
    const expected = said.get(index);
    const found = { pos: table.position(low, high), issuedBefore: table.issuedBefore(low, high) };
    const isThere = found.pos > 0 || found.issuedBefore > Number.NEGATIVE_INFINITY;
    if (expected !== undefined && !isThere && !isDue(expected)) said.delete(index);
    else {
      assert.deepEqual(found, {
        pos: expected?.pos ?? 0,
        issuedBefore: expected?.issuedBefore ?? Number.NEGATIVE_INFINITY,
      });
    }
    if (isThere)
      assert.equal(
        missingBits(table.filter.words, table.filter.shift, low, high),
        0,
        "the filter never denies an entry",
      );
  };

  return {
    table,
    agree,
    join: (index: number, entry: JoinedEntry): void => {
      agree(index);
      const [low = 0, high = 0] = fingerprints[index] ?? [];
      table.join(low, high, entry);
      const before = said.get(index);
      const { pos, issuedBefore = Number.NEGATIVE_INFINITY, expiresAt } = entry;
      said.set(index, {
        pos: Math.max(before?.pos ?? 0, entry.issuedBefore === undefined ? pos : 0),
        issuedBefore: Math.max(before?.issuedBefore ?? Number.NEGATIVE_INFINITY, issuedBefore),
        expiresAt: Math.max(before?.expiresAt ?? 0, expiresAt),
      });
    },
    advance: (ms: number): void => {
      now += ms;
    },
    sweep: (slots: number): void => table.sweep(now, slots),
    due: (): number => said.values().filter(isDue).toArray().length,
    agreeOnAll: (): void => {
      for (const index of fingerprints.keys()) agree(index);
    },
  };
}

test("S-25: holds what a map would, over a million joins, questions and sweeps", () => {
  const dice = createDice(20_261_128);
  const fingerprints = Array.from({ length: 200_000 }, () => [dice.word(), dice.word()] as const);
  const model = createModel(fingerprints);
  const anyIndex = (): number => dice.below(fingerprints.length);
  let pos = 1;
  let largest = 0;
  for (let done = 0; done < 1_000_000; done++) {
    const chance = dice.below(100);
    const isFlood = done < 500_000;
    if (chance < (isFlood ? 60 : 15)) {
      pos += chance === 0 ? 2 ** 20 : 1;
      const late = chance === 1 ? dice.below(1000) : 0;
      const instant = chance === 2 ? { issuedBefore: dice.below(1000) } : {};
      model.join(anyIndex(), {
        tag: dice.below(8),
        pos: Math.max(1, pos - late),
        expiresAt: done * 10 + dice.below(3_000_000),
        ...instant,
      });
    } else if (chance < 90) {
      model.agree(anyIndex());
    } else {
      model.advance(100);
      model.sweep(8);
    }
    largest = Math.max(largest, model.table.size);
  }
  assert.ok(largest > 100_000, "segments were split");
  model.agreeOnAll();
  model.sweep(4 * largest);
  assert.equal(model.table.size, model.due());
  assert.ok(model.table.size < largest, "entries were forgotten");
  model.agreeOnAll();
  model.advance(2 ** 40);
  model.sweep(4 * largest);
  assert.equal(model.table.size, 0);
});

test("asked for what it does not hold, the filter says so in more than 96 of 100 cases, also after many were forgotten", () => {
  const dice = createDice(7);
  const table = createRevocationTable();
  const perhaps = (): number => {
    let count = 0;
    for (let asked = 0; asked < 50_000; asked++)
      if (missingBits(table.filter.words, table.filter.shift, dice.word(), dice.word()) === 0) count += 1;
    return count / 50_000;
  };
  for (let hour = 1; hour <= 4; hour++) {
    for (let done = 0; done < 60_000; done++) {
      table.join(dice.word(), dice.word(), { tag: 1, pos: done + 1, expiresAt: hour * 3_600_000 });
    }
    assert.ok(perhaps() < 0.04);
    table.sweep(hour * 3_600_000 + 1, 1_000_000);
    assert.equal(table.size, 0);
    assert.ok(perhaps() < 0.01);
  }
});

const edges = [
  1,
  2,
  2 ** 20,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 31 + 1,
  2 ** 32 - 2,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 32 + 1,
  2 ** 33,
  2 ** 40,
];
const farEdges = [...edges, Number.MAX_SAFE_INTEGER - 2 ** 31, Number.MAX_SAFE_INTEGER - 1, Number.MAX_SAFE_INTEGER];

test("positions are exact at every edge of 32 bits, in whatever order they come", () => {
  const dice = createDice(99);
  for (let run = 0; run < 300; run++) {
    const fingerprints = farEdges.map(() => [dice.word(), dice.word()] as const);
    const model = createModel(fingerprints);
    for (let step = 0; step < 30; step++) {
      const pos = farEdges[dice.below(farEdges.length)] ?? 1;
      const index = dice.below(fingerprints.length);
      const instant = dice.below(10) === 0 ? { issuedBefore: dice.below(100) } : {};
      model.join(index, { tag: 7, pos, expiresAt: 1_000_000, ...instant });
      model.agreeOnAll();
    }
    model.advance(2_000_000);
    model.sweep(1000);
    assert.equal(model.table.size, 0);
    model.agreeOnAll();
  }
});

test("an expiry is held to the second, rounded up, and beyond 2106 for good", () => {
  const table = createRevocationTable();
  const expiries = [-5, 0, 1001, 2000, 2 ** 32 * 1000, Number.MAX_SAFE_INTEGER];
  for (const [index, expiresAt] of expiries.entries()) table.join(index, 1, { tag: 1, pos: 1, expiresAt });
  const heldAt = (now: number): number => {
    table.sweep(now, 300);
    return table.size;
  };
  assert.deepEqual(
    [1000, 1001, 2000, 2001, 2 ** 32 * 1000 + 1, Number.MAX_SAFE_INTEGER].map(heldAt),
    [6, 4, 4, 2, 2, 2],
  );
});

test("two keys with one fingerprint share an entry, which kills all that either kills", () => {
  const table = createRevocationTable();
  table.join(1, 2, { tag: 1, pos: 9, expiresAt: 1000 });
  table.join(1, 2, { tag: 1, pos: 4, expiresAt: 5000 });
  table.join(1, 2, { tag: 1, pos: 99, issuedBefore: 7, expiresAt: 1000 });
  assert.deepEqual([table.size, table.position(1, 2), table.issuedBefore(1, 2)], [1, 9, 7]);
  table.sweep(4000, 200);
  assert.deepEqual([table.size, table.position(1, 2), table.issuedBefore(1, 2)], [1, 9, 7]);
});

test("fingerprints that agree in either half are told apart", () => {
  const table = createRevocationTable();
  const words = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)];
  const all = words.flatMap((low) => words.map((high) => [low, high] as const));
  for (const [index, [low, high]] of all.entries()) table.join(low, high, { tag: 1, pos: index + 1, expiresAt: 1000 });
  assert.equal(table.size, all.length);
  for (const [index, [low, high]] of all.entries()) assert.equal(table.position(low, high), index + 1);
});
