import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateKey, type KeySource, keySet, publicKeyOf, type VerificationKey } from "@cardea/jwt";
import { createJudge, createRevocationView, type Judge, type RevocationView } from "@cardea/verifier/judge";
import type { RevocationEntry } from "@cardea/verifier/wire";
import { accessToken, audience, issuer, tampered, verifyingKey } from "./support/tokens.ts";

const start = 1_800_000_000_000;
const good = accessToken(start);

/** A judge that remembers tokens, and all around it that can change. */
function remembering({ cacheSize = 10 }: { readonly cacheSize?: number } = {}) {
  let ms = start;
  const now = (): number => ms;
  const view = createRevocationView({ now });
  view.apply({ epoch: "e", from: 0, to: 5, entries: [] });
  let published = keySet([verifyingKey]);
  const keys: KeySource = { find: (kid, alg) => published.find(kid, alg) };
  const judge = createJudge({ keys, issuer, audience, revocation: view, maxTtlSeconds: 3600, cacheSize, now });
  return {
    judge,
    view,
    pass: (by: number): void => {
      ms += by;
    },
    publish: (key: VerificationKey): void => {
      published = keySet([key]);
    },
  };
}

const codeOf = (judge: Judge, token = good): string => {
  const verdict = judge.verify(token);
  assert.equal(judge.explain(token).ok, verdict.ok);
  return verdict.ok ? "accepted" : verdict.refusal.code;
};

function revoke(view: RevocationView, entry: Pick<RevocationEntry, "kind" | "key">): void {
  view.apply({ epoch: "e", from: 5, to: 6, entries: [{ ...entry, pos: 6, expiresAt: Number.MAX_SAFE_INTEGER }] });
}

type World = ReturnType<typeof remembering>;

/** What happens to a token that was accepted and remembered, and the refusal from then on. */
const changes: readonly (readonly [what: string, change: (world: World) => void, refusal: string])[] = [
  ["expires this very second", ({ pass }) => pass(300_000), "expired"],
  ["is from the future, since the clock was set back", ({ pass }) => pass(-1000), "issued_in_the_future"],
  ["is revoked", ({ view }) => revoke(view, { kind: "token", key: "j" }), "revoked"],
  ["loses its session", ({ view }) => revoke(view, { kind: "session", key: "s" }), "revoked"],
  ["loses its subject", ({ view }) => revoke(view, { kind: "subject", key: "u" }), "revoked"],
  ["loses its client", ({ view }) => revoke(view, { kind: "client", key: "c" }), "revoked"],
  ["loses its tenant", ({ view }) => revoke(view, { kind: "tenant", key: "t" }), "revoked"],
  ["loses its key by a revocation", ({ view }) => revoke(view, { kind: "key", key: "k1" }), "revoked"],
  ["is revoked with all others", ({ view }) => revoke(view, { kind: "all", key: "" }), "revoked"],
  [
    "loses its key, which was withdrawn",
    ({ publish }) => publish(publicKeyOf(generateKey("ES256", { kid: "k2" }))),
    "unknown_key",
  ],
  [
    "finds another key under its key's name",
    ({ publish }) => publish(publicKeyOf(generateKey("ES256", { kid: "k1" }))),
    "bad_signature",
  ],
];

describe("a token that a judge remembers", () => {
  for (const [what, change, refusal] of changes) {
    test(`is refused from the moment on that it ${what}`, () => {
      const world = remembering();
      for (let round = 0; round < 3; round += 1) assert.equal(codeOf(world.judge), "accepted");
      change(world);
      for (let round = 0; round < 3; round += 1) assert.equal(codeOf(world.judge), refusal);
    });
  }

  test("is accepted again once the clock is right, or the key is back", () => {
    const { judge, pass, publish } = remembering();
    codeOf(judge);
    pass(300_000);
    assert.equal(codeOf(judge), "expired");
    pass(-300_000);
    publish(publicKeyOf(generateKey("ES256", { kid: "k2" })));
    assert.equal(codeOf(judge), "unknown_key");
    publish(verifyingKey);
    assert.equal(codeOf(judge), "accepted");
  });

  test("has the claims of the first time, frozen, and lends them to no other token", () => {
    const { judge } = remembering();
    const first = judge.verify(good);
    const again = judge.verify(good);
    assert.ok(first.ok && again.ok);
    assert.deepEqual({ ...again.claims }, { ...first.claims });
    assert.ok(Object.isFrozen(again.claims));
    assert.equal(codeOf(judge, tampered(good)), "bad_signature");
    const other = judge.verify(accessToken(start, { sub: "v", jti: "k" }));
    assert.equal(other.ok && other.claims.sub, "v");
  });

  test("refuses what it refused, however often it is asked: refusals are not remembered as acceptance", () => {
    const { judge } = remembering();
    const bad = accessToken(start, { roles: "admin" });
    for (const token of [bad, bad, tampered(good), tampered(good)]) assert.notEqual(codeOf(judge, token), "accepted");
  });

  test("may be forgotten, and is then judged anew: more tokens than there is room for", () => {
    const { judge, view } = remembering({ cacheSize: 2 });
    const tokens = Array.from({ length: 20 }, (_, at) => accessToken(start, { jti: `j${at}`, sid: `s${at}` }));
    for (const token of [...tokens, ...tokens]) assert.equal(codeOf(judge, token), "accepted");
    revoke(view, { kind: "session", key: "s7" });
    assert.deepEqual(
      tokens.map((token) => codeOf(judge, token)).flatMap((code, at) => (code === "accepted" ? [] : [[at, code]])),
      [[7, "revoked"]],
    );
  });
});
