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
      for (const frame of frames(log, ranges)) {
        const expected = frame.from <= view.position || view.epoch === undefined ? "joined" : "gap";
        const result = view.apply(frame);
        if (view.epoch === undefined) assert.equal(result, "other_epoch");
        else assert.equal(result, expected);
        for (const token of tokens) {
          const known = log.filter(({ pos }) => pos <= view.position).some((entry) => isKilledBy(entry, token));
          const actual = view.isRevoked(token.claims, token.kid);
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

test("S-25: never forgets a live entry, and forgets expired ones", () => {
  const lives = fc.nat(100);
  fc.assert(
    fc.property(anyLog(lives), fc.nat(100), fc.array(anyToken), (log, time, tokens) => {
      let clock = 0;
      const view = createRevocationView({ now: () => clock });
      view.apply(slice(log, 0, log.length));
      clock = time;
      for (let round = 0; round < 4; round++) view.apply(slice(log, log.length, log.length));
      const live = log.filter(({ expiresAt }) => expiresAt >= time);
      assert.equal(view.entries, new Set(live.map(({ kind, key }) => `${kind} ${key}`)).size);
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

test("a token without a position dies by any position rule that names it", () => {
  const { rvp: _, ...foreign } = claims;
  const view = createRevocationView({ now });
  view.apply({ epoch: "e", from: 0, to: 3, entries: [{ ...entry, kind: "subject", key: "u" }] });
  assert.ok(view.isRevoked(foreign, undefined));
});
