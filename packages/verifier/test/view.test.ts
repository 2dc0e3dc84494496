import assert from "node:assert/strict";
import { test } from "node:test";
import { createRevocationView } from "@cardea/verifier/judge";
import type { Frame, RevocationEntry } from "@cardea/verifier/wire";
import fc from "fast-check";
import { anyEntry, anyKey } from "./anyFrame.ts";

type Claims = Parameters<ReturnType<typeof createRevocationView>["isRevoked"]>[0];
type Token = { readonly claims: Claims; readonly kid: string | undefined };

const now = () => 50;

const anyToken: fc.Arbitrary<Token> = fc
  .record(
    {
      jti: anyKey,
      sub: anyKey,
      iat: fc.integer({ min: 0, max: 20 }),
      sid: anyKey,
      client_id: anyKey,
      tid: anyKey,
      rvp: fc.integer({ min: 0, max: 30 }),
      kid: anyKey,
    },
    { requiredKeys: ["jti", "sub", "iat"] },
  )
  .map(({ kid, ...claims }) => ({ claims, kid }));

/** Entries at 1, 2, 3, ... as a store would hold them. */
const anyLog = (expiresAt: fc.Arbitrary<number>): fc.Arbitrary<RevocationEntry[]> =>
  fc.nat(20).chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => anyEntry(index + 1, expiresAt))));

const anyRanges = fc.array(fc.tuple(fc.nat(25), fc.nat(25)), { maxLength: 30 });

/** The rules as revocation is explained to people, with no table and no joins. */
function isKilledBy(entry: RevocationEntry, { claims, kid }: Token): boolean {
  const named = {
    token: claims.jti,
    session: claims.sid,
    subject: claims.sub,
    client: claims.client_id,
    tenant: claims.tid,
    key: kid,
    all: "",
  };
  if (named[entry.kind] !== entry.key) return false;
  if (entry.kind === "key") return true;
  if (entry.issuedBefore !== undefined) return claims.iat <= entry.issuedBefore;
  if (entry.kind === "token" || claims.rvp === undefined) return true;
  return claims.rvp < entry.pos;
}

const slice = (log: readonly RevocationEntry[], from: number, to: number, epoch = "e"): Frame => ({
  epoch,
  from,
  to,
  entries: log.filter(({ pos }) => pos > from && pos <= to),
});

const frames = (log: readonly RevocationEntry[], ranges: readonly (readonly [number, number])[]): Frame[] =>
  ranges.map(([a, b]) => slice(log, Math.min(a, b, log.length), Math.min(Math.max(a, b), log.length)));

test("agrees with a naive evaluator about every kind, however the frames arrive", () => {
  const far = fc.constant(100);
  fc.assert(
    fc.property(anyLog(far), anyRanges, fc.array(anyToken, { minLength: 1 }), (log, ranges, tokens) => {
      const view = createRevocationView({ now });
      const handles = tokens.map(({ claims, kid }) => view.handleOf(claims, kid));
      for (const frame of frames(log, ranges)) {
        const expected = frame.from <= view.position || view.epoch === undefined ? "joined" : "gap";
        const result = view.apply(frame);
        if (view.epoch === undefined) assert.equal(result, "other_epoch");
        else assert.equal(result, expected);
        for (const [index, token] of tokens.entries()) {
          const known = log.filter(({ pos }) => pos <= view.position).some((entry) => isKilledBy(entry, token));
          const actual = view.isRevoked(token.claims, token.kid);
          assert.equal(handles[index]?.isRevoked(), actual, "a handle says the same, whatever it said before");
          if (known) assert.ok(actual, "everything up to the position is enforced");
          if (actual)
            assert.ok(
              log.some((entry) => isKilledBy(entry, token)),
              "nothing is made up",
            );
        }
      }
      assert.equal(
        view.apply(slice(log, view.position, log.length)),
        view.epoch === undefined ? "other_epoch" : "joined",
      );
      for (const token of tokens) {
        assert.equal(
          view.isRevoked(token.claims, token.kid),
          log.some((entry) => isKilledBy(entry, token)),
        );
      }
    }),
    { numRuns: 500 },
  );
});

test("S-25: never forgets a live entry, and forgets those that expired a second ago", () => {
  const lives = fc.nat(100_000);
  fc.assert(
    fc.property(anyLog(lives), fc.nat(100_000), fc.array(anyToken), (log, time, tokens) => {
      let clock = 0;
      const view = createRevocationView({ now: () => clock });
      view.apply(slice(log, 0, log.length));
      clock = time;
      for (let round = 0; round < 4; round++) view.apply(slice(log, log.length, log.length));
      const live = log.filter(({ expiresAt }) => expiresAt >= time);
      const held = log.filter(({ expiresAt }) => Math.ceil(Math.max(expiresAt, 1) / 1000) * 1000 >= time);
      assert.equal(view.entries, new Set(held.map(({ kind, key }) => `${kind} ${key}`)).size);
      for (const token of tokens) {
        if (live.some((entry) => isKilledBy(entry, token))) assert.ok(view.isRevoked(token.claims, token.kid));
      }
    }),
  );
});

const entry: RevocationEntry = { kind: "session", key: "s", pos: 3, expiresAt: 100 };
const claims = { jti: "j", sub: "u", iat: 10, sid: "s", rvp: 2 };

test("a frame with a gap before it is discarded whole", () => {
  const view = createRevocationView({ now });
  view.apply({ epoch: "e", from: 0, to: 1, entries: [] });
  assert.equal(view.apply({ epoch: "e", from: 2, to: 3, entries: [entry] }), "gap");
  assert.deepEqual([view.position, view.entries, view.isRevoked(claims, "k")], [1, 0, false]);
  assert.equal(view.apply({ epoch: "e", from: 1, to: 3, entries: [entry] }), "joined");
  assert.deepEqual([view.position, view.entries, view.isRevoked(claims, "k")], [3, 1, true]);
});

test("another epoch's frame is discarded unless it is complete; then what was held stays", () => {
  const view = createRevocationView({ now });
  view.apply({ epoch: "e", from: 0, to: 3, entries: [entry] });
  assert.equal(view.apply({ epoch: "f", from: 3, to: 9, entries: [] }), "other_epoch");
  assert.deepEqual([view.epoch, view.position], ["e", 3]);
  assert.equal(view.apply({ epoch: "f", from: 0, to: 1, entries: [] }), "joined");
  assert.deepEqual([view.epoch, view.position], ["f", 1]);
  assert.ok(view.isRevoked(claims, "k"));
});

test("adopting an epoch starts over at position 0 and forgets nothing", () => {
  const view = createRevocationView({ now });
  view.apply({ epoch: "e", from: 0, to: 3, entries: [entry] });
  view.adopt("f");
  assert.deepEqual([view.epoch, view.position, view.entries], ["f", 0, 1]);
  assert.ok(view.isRevoked(claims, "k"));
});

const cuts: readonly (readonly [
  rule: string,
  entry: Partial<RevocationEntry>,
  claims: Partial<Claims>,
  dead: boolean,
])[] = [
  ["a position rule spares a token of the same position", {}, { rvp: 3 }, false],
  ["a position rule kills a token of the position before", {}, { rvp: 2 }, true],
  ["a token rule kills whatever the position", { kind: "token", key: "j" }, { rvp: 9 }, true],
  ["a key rule kills whatever position and date are forged", { kind: "key", key: "k" }, { rvp: 9, iat: 99 }, true],
  ["a date rule kills a token of that very second", { issuedBefore: 10 }, { rvp: 9 }, true],
  ["a date rule spares a token of the next second, whatever its position", { issuedBefore: 9 }, { rvp: 0 }, false],
  ["a rule for all needs no name", { kind: "all", key: "" }, {}, true],
  ["another session is left alone", { key: "other" }, {}, false],
  ["a key is no session", { kind: "subject", key: "s" }, {}, false],
];

for (const [rule, change, claim, dead] of cuts) {
  test(rule, () => {
    const view = createRevocationView({ now });
    view.apply({ epoch: "e", from: 0, to: 3, entries: [{ ...entry, ...change }] });
    assert.equal(view.isRevoked({ ...claims, ...claim }, "k"), dead);
  });
}

test("a frame without news leaves a clean token clean, and any news is asked for again", () => {
  const view = createRevocationView({ now });
  const handle = view.handleOf(claims, "k");
  assert.equal(handle.isRevoked(), false);
  view.apply({ epoch: "e", from: 0, to: 2, entries: [] });
  assert.equal(handle.isRevoked(), false);
  view.apply({ epoch: "e", from: 2, to: 3, entries: [entry] });
  assert.equal(handle.isRevoked(), true);
  view.apply({ epoch: "f", from: 0, to: 1, entries: [] });
  assert.equal(handle.isRevoked(), true);
});

test("what stands before an entry that cannot be joined is enforced, by name and by handle", () => {
  for (const good of [entry, { ...entry, kind: "all", key: "" } as const]) {
    const view = createRevocationView({ now });
    view.apply({ epoch: "e", from: 0, to: 2, entries: [] });
    const handle = view.handleOf(claims, "k");
    assert.equal(handle.isRevoked(), false);
    const before = view.version;
    const bad = { ...entry, kind: "unheard-of" } as unknown as RevocationEntry;
    assert.throws(() => view.apply({ epoch: "e", from: 2, to: 3, entries: [good, bad] }), TypeError);
    assert.deepEqual([view.position, view.isRevoked(claims, "k"), handle.isRevoked()], [2, true, true]);
    assert.notEqual(view.version, before);
  }
});

test("each of a hundred thousand entries kills, by name and by handle, as soon as it is heard of and ever after", () => {
  const view = createRevocationView({ now });
  const kinds = ["token", "session", "subject"] as const;
  const tokenOf = (pos: number) => ({ jti: `j${pos}`, sid: `s${pos}`, sub: `u${pos}`, iat: 10, rvp: 0 });
  const entryOf = (pos: number): RevocationEntry => {
    const kind = kinds[pos % 3] ?? "token";
    return { kind, key: `${{ token: "j", session: "s", subject: "u" }[kind]}${pos}`, pos, expiresAt: 1e6 };
  };
  const batch = 1000;
  for (let from = 0; from < 100 * batch; from += batch) {
    const positions = Array.from({ length: batch }, (_, index) => from + index + 1);
    const handles = positions.map((pos) => view.handleOf(tokenOf(pos), "k"));
    assert.ok(handles.every((handle) => !handle.isRevoked()));
    view.apply({ epoch: "e", from, to: from + batch, entries: positions.map(entryOf) });
    assert.ok(handles.every((handle) => handle.isRevoked()));
  }
  assert.equal(view.entries, 100 * batch);
  for (let pos = 1; pos <= 100 * batch; pos++) assert.ok(view.isRevoked(tokenOf(pos), "k"));
});

test("a kind whose last entry expired is looked up no more, and again after the next one", () => {
  let clock = 0;
  const view = createRevocationView({ now: () => clock });
  const handle = view.handleOf(claims, "k");
  const all = (pos: number, expiresAt: number) => ({
    epoch: "e",
    from: pos - 1,
    to: pos,
    entries: [{ kind: "all", key: "", pos, expiresAt } as const],
  });
  const said = () => [view.isRevoked(claims, "k"), handle.isRevoked()];
  view.apply({ epoch: "e", from: 0, to: 2, entries: [] });
  view.apply(all(3, 1000));
  assert.deepEqual(said(), [true, true]);
  clock = 1000;
  view.apply({ epoch: "e", from: 3, to: 3, entries: [] });
  assert.deepEqual(said(), [true, true]);
  clock = 1001;
  view.apply({ epoch: "e", from: 3, to: 3, entries: [] });
  assert.deepEqual(said(), [false, false]);
  view.apply(all(4, 5000));
  assert.deepEqual(said(), [true, true]);
});

test("two names with one fingerprint: the other one's token is refused too, and never the other way round", () => {
  const view = createRevocationView({ now });
  const [one, other] = ["\ud800", "\ud801"].map((sub) => ({ ...claims, sub, sid: "x" }));
  assert.ok(one && other);
  view.apply({ epoch: "e", from: 0, to: 3, entries: [{ ...entry, kind: "subject", key: one.sub }] });
  view.apply({ epoch: "e", from: 3, to: 4, entries: [{ ...entry, kind: "subject", key: other.sub, pos: 1 }] });
  for (const token of [one, other]) {
    assert.ok(view.isRevoked(token, "k"));
    assert.ok(view.handleOf(token, "k").isRevoked());
  }
});

test("entries and tokens meet under any key, and under none is a token of others meant", () => {
  for (const fingerprintKey of [
    [0, 0],
    [-1, -1],
    [7, -(2 ** 31)],
  ] as const) {
    const view = createRevocationView({ now, fingerprintKey });
    view.apply({ epoch: "e", from: 0, to: 3, entries: [entry] });
    assert.ok(view.isRevoked(claims, "k"));
    assert.equal(view.isRevoked({ ...claims, sid: "t" }, "k"), false);
  }
});

test("a token without a position dies by any position rule that names it", () => {
  const { rvp: _, ...foreign } = claims;
  const view = createRevocationView({ now });
  view.apply({ epoch: "e", from: 0, to: 3, entries: [{ ...entry, kind: "subject", key: "u" }] });
  assert.ok(view.isRevoked(foreign, undefined));
});
