import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createRevocationView, type RevocationView } from "@cardea/verifier/judge";
import { createSnapshotWriter, type RevocationEntry, readSnapshot } from "@cardea/verifier/wire";
import fc from "fast-check";
import { anyEntry, anyKey } from "./anyFrame.ts";

const now = () => 50;
const key = { id: "k1", key: [5, 6] } as const;

function viewOf(entries: readonly RevocationEntry[], to = entries.length): RevocationView {
  const view = createRevocationView({ now });
  view.use(key);
  view.apply({ epoch: "e", from: 0, to, entries });
  return view;
}

function snapshotOf(view: RevocationView): Buffer {
  const prints = view.prints();
  assert.ok(prints);
  const writer = createSnapshotWriter();
  return Buffer.concat([writer.head(prints.head), ...[...prints.parts()].map(writer.part), writer.end()]);
}

async function loaded(bytes: Uint8Array): Promise<RevocationView> {
  const view = createRevocationView({ now });
  view.use(key);
  assert.equal(await view.load(readSnapshot(bytes)), "joined");
  return view;
}

const anyToken = fc.record({
  jti: anyKey,
  sub: anyKey,
  sid: anyKey,
  client_id: anyKey,
  tid: anyKey,
  iat: fc.integer({ min: 0, max: 20 }),
  rvp: fc.integer({ min: 0, max: 30 }),
});
const anyLog = fc
  .nat(20)
  .chain((size) =>
    fc.tuple(...Array.from({ length: size }, (_, index) => anyEntry(index + 1, fc.integer({ min: 50, max: 9e6 })))),
  );

test("S-25: what was loaded from a snapshot kills what the view kills that it is of; more only tokens of a session that was over", async () => {
  await fc.assert(
    fc.asyncProperty(anyLog, fc.array(anyToken, { minLength: 1 }), async (log, tokens) => {
      const view = viewOf(log);
      const copy = await loaded(snapshotOf(view));
      assert.deepEqual([copy.epoch, copy.position, copy.entries], ["e", view.position, view.entries]);
      for (const token of tokens) {
        const [expected, actual] = [view.isRevoked(token, "a"), copy.isRevoked(token, "a")];
        if (expected) assert.ok(actual);
        // A session that is over has no tokens with a later position.
        const isOver = copy.isRevokedBy("session", token, "a") && !view.isRevokedBy("session", token, "a");
        if (!isOver) assert.equal(actual, expected);
        assert.equal(copy.handleOf(token, "a").isRevoked(), actual);
      }
    }),
    { numRuns: 1000 },
  );
});

const subject = (pos: number): RevocationEntry => ({ kind: "subject", key: "u", pos, expiresAt: 1e6 });
const session = (pos: number): RevocationEntry => ({ kind: "session", key: "s", pos, expiresAt: 1e6 });
const claims = { jti: "j", sub: "v", iat: 10, sid: "t" };

test("a token that was made after its subject was revoked is spared, however much later the snapshot is", async () => {
  const copy = await loaded(snapshotOf(viewOf([subject(3)], 1000)));
  assert.equal(copy.position, 1000);
  assert.equal(copy.isRevoked({ ...claims, sub: "u", rvp: 3 }, "k"), false);
  assert.equal(copy.isRevoked({ ...claims, sub: "u", rvp: 2 }, "k"), true);
});

test("a session is revoked up to the position of the snapshot", async () => {
  const copy = await loaded(snapshotOf(viewOf([session(3)], 1000)));
  assert.equal(copy.isRevoked({ ...claims, sid: "s", rvp: 999 }, "k"), true);
  assert.equal(copy.isRevoked({ ...claims, rvp: 0 }, "k"), false);
});

const many = (count: number): RevocationEntry[] =>
  Array.from({ length: count }, (_, at) => ({
    kind: "session",
    key: `s${at}`,
    pos: at + 1,
    expiresAt: 3_600_000 + at,
  }));

test("each of two hundred thousand entries arrives, and what comes by frames afterwards is joined", async () => {
  const count = 200_000;
  const bytes = snapshotOf(viewOf(many(count)));
  assert.ok(bytes.length / count < 7, `${bytes.length / count} bytes an entry`);
  const copy = await loaded(bytes);
  assert.equal(copy.entries, count);
  for (let at = 0; at < count; at++) assert.ok(copy.isRevoked({ ...claims, sid: `s${at}`, rvp: 0 }, "k"));
  const news = { epoch: "e", from: count, to: count + 1, entries: [{ ...session(count + 1), key: "news" }] };
  assert.equal(copy.apply(news), "joined");
  assert.ok(copy.isRevoked({ ...claims, sid: "news", rvp: 0 }, "k"));
});

test("what came by a snapshot is kept until it expires, and no more than ten minutes longer", async () => {
  let clock = 0;
  const view = createRevocationView({ now: () => clock });
  view.use(key);
  await view.load(readSnapshot(snapshotOf(viewOf(many(10_000)))));
  const heldAt = (time: number): number => {
    clock = time;
    for (let round = 0; round < 400; round++) view.apply({ epoch: "e", from: 10_000, to: 10_000, entries: [] });
    return view.entries;
  };
  assert.deepEqual([3_600_000, 3_600_000 + 10_000 + 600_000].map(heldAt), [10_000, 0]);
});

test("entries that are learnt while a snapshot is taken leave out none of those that it is of", async () => {
  const view = viewOf(many(60_000));
  const prints = view.prints();
  assert.ok(prints);
  const writer = createSnapshotWriter();
  const pieces = [writer.head(prints.head)];
  let pos = view.position;
  for (const part of prints.parts()) {
    pieces.push(writer.part(part));
    // Enough for segments to be split between one part and the next.
    const entries = Array.from({ length: 30_000 }, (_, at) => ({ ...session(pos + at + 1), key: `n${pos + at}` }));
    view.apply({ epoch: "e", from: pos, to: pos + entries.length, entries });
    pos += entries.length;
  }
  const copy = await loaded(Buffer.concat([...pieces, writer.end()]));
  assert.equal(copy.position, 60_000);
  for (let at = 0; at < 60_000; at++) assert.ok(copy.isRevoked({ ...claims, sid: `s${at}`, rvp: 0 }, "k"));
});

test("a snapshot breaks off when the view goes over to another log or key", () => {
  const turns: readonly ((view: RevocationView) => void)[] = [
    (view) => view.adopt("f"),
    (view) => view.use({ id: "k2", key: [7, 8] }),
  ];
  for (const turn of turns) {
    const view = viewOf(many(60_000));
    const parts = view.prints()?.parts();
    assert.ok(parts);
    parts.next();
    turn(view);
    assert.throws(() => parts.next(), /another log/);
  }
});

test("a view under a key of its own, or of no log, has none", () => {
  const own = createRevocationView({ now });
  own.apply({ epoch: "e", from: 0, to: 3, entries: [session(3)] });
  assert.equal(own.prints(), undefined);
  const empty = createRevocationView({ now });
  empty.use(key);
  assert.equal(empty.prints(), undefined);
});

const whole = snapshotOf(viewOf([session(3), subject(4), { kind: "all", key: "", pos: 5, expiresAt: 1e6 }], 9));

test("a snapshot that is cut short anywhere, changed in any byte, or goes on, is refused", () => {
  assert.doesNotThrow(() => readSnapshot(whole));
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => readSnapshot(whole.subarray(0, length)), TypeError, `${length} bytes`);
  }
  for (let at = 0; at < whole.length; at++) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    assert.throws(() => readSnapshot(changed), TypeError, `byte ${at}`);
  }
  assert.throws(() => readSnapshot(Buffer.concat([whole, Buffer.of(0)])), TypeError);
});

/** A snapshot whose digest fits, whatever it says. */
function signed(head: object, part: readonly number[]): Buffer {
  const text = Buffer.from(JSON.stringify(head));
  const body = Buffer.concat([
    Buffer.from("cardea revocations 1\n"),
    Buffer.of(1, text.length),
    text,
    Buffer.of(2, part.length, ...part),
  ]);
  return Buffer.concat([body, Buffer.of(3, 32), createHash("sha256").update(body).digest()]);
}

const head = { epoch: "e", position: 9, key_id: "k1", entries: 1 };
/** One session: kind, count, first lower half, width, no more, upper half, position 3, expiry 4. */
const part = [1, 1, 0, 0, 0, 1, 0, 0, 0, 3, 1, 0, 4, 1, 0];

test("a snapshot whose digest fits is refused all the same for anything else that is wrong with it", () => {
  assert.doesNotThrow(() => readSnapshot(signed(head, part)));
  const bad: readonly (readonly [what: string, head: object, part: readonly number[]])[] = [
    ["no epoch", { ...head, epoch: undefined }, part],
    ["a position that is none", { ...head, position: -1 }, part],
    ["no key", { ...head, key_id: "" }, part],
    ["no count", { ...head, entries: "1" }, part],
    ["a position beyond its own", { ...head, position: 2 }, part],
    ["a part that is cut short", head, part.slice(0, -1)],
    ["a part that goes on", head, [...part, 1]],
    ["a kind that is unknown", head, [7, ...part.slice(1)]],
  ];
  for (const [what, changed, bytes] of bad) assert.throws(() => readSnapshot(signed(changed, bytes)), TypeError, what);
});

test("a snapshot under another key is not joined, and leaves the view as it was", async () => {
  const view = createRevocationView({ now });
  view.use({ id: "k2", key: [7, 8] });
  view.apply({ epoch: "e", from: 0, to: 2, entries: [] });
  assert.equal(await view.load(readSnapshot(whole)), "other_key");
  assert.deepEqual([view.epoch, view.position, view.entries], ["e", 2, 0]);
});

test("a view that starts over while a snapshot is joined does not take its position, and keeps what it brought", async () => {
  const bytes = snapshotOf(viewOf(many(60_000)));
  const view = createRevocationView({ now });
  view.use(key);
  const loading = view.load(readSnapshot(bytes));
  view.adopt("e");
  assert.equal(await loading, "other_epoch");
  assert.deepEqual([view.epoch, view.position, view.entries], ["e", 0, 60_000]);
});
