import assert from "node:assert/strict";
import { test } from "node:test";
import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import { memory, realWorld } from "cardea";
import { small } from "./bounds.ts";
import { explore } from "./explore.ts";
import { correct, systemOf } from "./protocol.ts";
import { rules } from "./rules.ts";
import { type Entry, type Frame, frameKey, type View } from "./state.ts";

// The model is of use as far as its rules are those of the product. Where a rule is a function of both, both are asked.

const views = new Map<string, View>();
const meetings = new Map<string, { readonly view: View; readonly frame: Frame }>();
explore(systemOf(correct, small, []), {
  mostStates: 100_000,
  onState: ({ view, channel }) => {
    const key = `${view.epoch} ${view.applied} ${view.held}`;
    views.set(key, view);
    for (const frame of channel) meetings.set(`${key} ${frameKey(frame)}`, { view, frame });
  },
});

test("a view joins and refuses the frames that the model's does, in every state that the model reaches", () => {
  assert.ok(meetings.size > 50, `${meetings.size} meetings`);
  for (const { view, frame } of meetings.values()) {
    const real = realView(view);
    real.apply(realFrame(frame));
    assert.deepEqual(asModel(real), rules.apply(view, frame));
  }
});

test("a view that meets another log starts over as the model's does", () => {
  for (const view of views.values()) {
    const real = realView(view);
    real.adopt("epoch-2");
    assert.deepEqual(asModel(real), rules.adopt(view, { epoch: 2, pos: 9 }));
  }
});

test("a store reads what the model's does, from every cursor and with every limit", async () => {
  const store = await memory().open(realWorld);
  for (let length = 0; length <= 4; length++) {
    const log = Array.from({ length }, (_, index): Entry => ({ id: index + 1, pos: index + 1, age: 0, kills: true }));
    const state = { ...systemOf(correct, small, []).initial, log, head: { epoch: 1, pos: length } };
    for (let after = 0; after < length; after++) {
      for (let limit = 1; limit <= length; limit++) {
        const { from, to, entries } = await store.revocations.read(after, limit);
        const ids = entries.map(({ pos }) => pos);
        assert.deepEqual({ epoch: 1, from, to, ids }, rules.read(state, after, limit));
      }
    }
    await store.revocations.append([{ kind: "session", key: sessionOf(length + 1), expiresAt: never }]);
  }
  await store.close();
});

/** The product's view in a state of the model's: it learns by another epoch, which it leaves again. */
function realView({ epoch, applied, held }: View): RevocationView {
  const view = createRevocationView({ now: () => 0 });
  if (epoch === 0) return view;
  view.apply(realFrame({ epoch: 99, from: 0, to: 99, ids: held }));
  view.apply(realFrame({ epoch, from: 0, to: applied, ids: [] }));
  return view;
}

const realFrame = ({ epoch, from, to, ids }: Frame) => ({
  epoch: `epoch-${epoch}`,
  from,
  to,
  entries: ids.map((id) => ({ kind: "session" as const, key: sessionOf(id), pos: to, expiresAt: never })),
});

const asModel = (view: RevocationView): View => ({
  epoch: Number(view.epoch?.slice("epoch-".length) ?? 0),
  applied: view.position,
  held: [1, 2].filter((id) => view.isRevoked({ jti: "j", sub: "s", iat: 0, sid: sessionOf(id), rvp: 0 }, undefined)),
});

const sessionOf = (id: number): string => `session-${id}`;

const never = 1_900_000_000_000;
