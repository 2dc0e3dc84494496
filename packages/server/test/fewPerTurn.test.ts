import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fewPerTurn } from "../src/http/fewPerTurn.ts";

describe("work that begins a few pieces per turn", () => {
  test("ASVS-15.2.2: little of it begins at once, and a flood in its order, so many per turn", async () => {
    const begin = fewPerTurn(3);
    const begun: number[] = [];
    const perTurn: number[] = [];
    for (let piece = 0; piece < 10; piece++) begin(() => begun.push(piece));
    for (let turn = 0; turn < 6; turn++) {
      perTurn.push(begun.length);
      await nextTurn();
    }
    assert.deepEqual(perTurn, [3, 6, 9, 10, 10, 10]);
    assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("what comes while others wait waits behind them, also when work makes work", async () => {
    const begin = fewPerTurn(2);
    const begun: string[] = [];
    for (const name of ["a", "b", "c", "d"]) {
      begin(() => {
        begun.push(name);
        if (name === "a" || name === "b") begin(() => begun.push(`${name}'s`));
      });
    }
    for (let turn = 0; turn < 4; turn++) await nextTurn();
    assert.deepEqual(begun, ["a", "a's", "b", "c", "d", "b's"]);
  });

  test("after a turn in which nothing came it begins at once again", async () => {
    const begin = fewPerTurn(1);
    let begun = 0;
    for (let round = 1; round <= 3; round++) {
      begin(() => (begun += 1));
      assert.equal(begun, round);
      await nextTurn();
      await nextTurn();
    }
  });
});
