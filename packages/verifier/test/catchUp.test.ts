import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import { type CatchUp, createCatchUp } from "../src/revocation/catchUp.ts";

let view: RevocationView;
let done: string[];
let urgent: boolean;
let repairs: boolean;
let loading: boolean;
let catchUp: CatchUp;

beforeEach(() => {
  view = createRevocationView({ now: () => 0 });
  [done, urgent, repairs, loading] = [[], false, true, false];
  catchUp = createCatchUp({
    view,
    feed: { reconnect: () => done.push("reconnect") },
    repair: {
      run: async () => {
        done.push("repair");
        if (repairs) reach(5);
        return repairs;
      },
    },
    isUrgent: () => urgent,
    isLoading: () => loading,
  });
});
afterEach(() => catchUp.close());

const reach = (to: number): unknown => view.apply({ epoch: "e", from: 0, to, entries: [] });

/** Timers end in the order of their time, so what was to be done by now was done. */
const pastTheGrace = (): Promise<void> => delay(150);

type Row = readonly [rule: string, act: () => void, expected: readonly string[]];

const rows: readonly Row[] = [
  ["what the feed brings by itself is waited for", () => reach(5), []],
  ["a feed that goes on is not doubted", () => catchUp.heard(), []],
  ["what it does not bring is fetched", () => {}, ["repair"]],
  ["what cannot be fetched is asked of a new feed", fail, ["repair", "reconnect"]],
  ["another log is asked of a new feed", () => view.adopt("f"), ["reconnect"]],
];

function fail(): void {
  repairs = false;
}

for (const [rule, act, expected] of rows) {
  test(rule, async () => {
    reach(4);
    catchUp.behind({ epoch: "e", head: 5 });
    act();
    await pastTheGrace();
    assert.deepEqual(done, expected);
  });
}

test("while somebody waits it is fetched, also where the feed goes on", async () => {
  reach(4);
  urgent = true;
  catchUp.behind({ epoch: "e", head: 5 });
  catchUp.heard();
  await pastTheGrace();
  assert.deepEqual(done, ["repair"]);
});

test("while most of the log is on its way by a snapshot, nothing is fetched beside it", async () => {
  reach(4);
  [urgent, loading] = [true, true];
  catchUp.behind({ epoch: "e", head: 5 });
  await pastTheGrace();
  assert.deepEqual(done, []);
});

test("before the feed has said hello there is nothing to mend", async () => {
  catchUp.behind({ epoch: "e", head: 5 });
  await pastTheGrace();
  assert.deepEqual(done, []);
});

test("after close nothing is done", async () => {
  reach(4);
  catchUp.behind({ epoch: "e", head: 5 });
  catchUp.close();
  await pastTheGrace();
  assert.deepEqual(done, []);
});
