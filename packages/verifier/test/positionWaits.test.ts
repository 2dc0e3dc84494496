import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createPositionWaits, type PositionWaits } from "../src/revocation/positionWaits.ts";
import { eventually } from "./support/eventually.ts";

let view: { epoch: string | undefined; position: number };
let asked: number;
let waits: PositionWaits;

beforeEach(() => {
  view = { epoch: "e1", position: 5 };
  asked = 0;
  waits = createPositionWaits({
    view,
    ask: () => {
      asked += 1;
    },
  });
});
afterEach(() => waits.close());

for (const shown of [
  "e1:5",
  "e1:0",
  "e2:9",
  "e1:",
  "e1:-9",
  "e1:9e9",
  "e1:6, e1:7",
  "",
  "9",
  `e1:${"9".repeat(400)}`,
]) {
  test(`"${shown.slice(0, 12)}" is nothing to wait for`, async () => {
    assert.equal(await waits.reach(shown), false);
    assert.deepEqual([asked, waits.counts], [0, { reached: 0, missed: 0 }]);
  });
}

test("before the log is known there is nothing to wait for", async () => {
  view.epoch = undefined;
  assert.equal(await waits.reach("e1:6"), false);
});

test("who shows a position beyond the view has the head asked for at once, and waits for as long as it takes", async () => {
  const reached = waits.reach("e1:7");
  assert.equal(asked, 1);
  view.position = 6;
  waits.moved();
  assert.equal(waits.waiting, 1);
  view.position = 7;
  waits.moved();
  assert.equal(await reached, true);
  assert.deepEqual([waits.waiting, waits.counts], [0, { reached: 1, missed: 0 }]);
});

test("where the log becomes another one there is nothing to wait for any more", async () => {
  const reached = waits.reach("e1:7");
  view.epoch = "e2";
  waits.moved();
  assert.equal(await reached, true);
});

test("a position that does not come is waited for no longer than a moment, and then all is judged again", async () => {
  assert.equal(await waits.reach("e1:7"), true);
  assert.deepEqual(waits.counts, { reached: 0, missed: 1 });
});

test("as long as somebody waits, the head is asked for again", async () => {
  const reached = waits.reach("e1:7");
  await eventually("it is asked for again", () => asked > 1);
  await reached;
});

test("a flood asks together, and what is too many does not wait", async () => {
  const flood = Array.from({ length: 1000 }, () => waits.reach("e1:7"));
  assert.deepEqual([waits.waiting, asked], [256, 1]);
  view.position = 7;
  waits.moved();
  assert.deepEqual(await Promise.all(flood), [...Array(256).fill(true), ...Array(744).fill(false)]);
  assert.deepEqual(waits.counts, { reached: 256, missed: 744 });
  const more = waits.reach("e1:8");
  assert.equal(waits.waiting, 1, "there is room again");
  waits.close();
  assert.equal(await more, true);
});
