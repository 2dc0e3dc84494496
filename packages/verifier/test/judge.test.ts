import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKey, keySet, publicKeyOf, unchecked } from "@cardea/jwt";
import { createJudge, createRevocationView, type Judge } from "@cardea/verifier/judge";
import type { RevocationEntry } from "@cardea/verifier/wire";
import { accessToken, audience, issuer, signingKey, tampered, verifyingKey } from "./support/tokens.ts";

const now = 1_800_000_000_000;
const seconds = now / 1000;

function judgeKnowing(entries: readonly Omit<RevocationEntry, "pos" | "expiresAt">[] = []): Judge {
  const view = createRevocationView({ now: () => now });
  const log = entries.map((entry, index) => ({ ...entry, pos: 6 + index, expiresAt: Number.MAX_SAFE_INTEGER }));
  view.apply({ epoch: "e", from: 0, to: 5 + log.length, entries: log });
  return createJudge({
    keys: keySet([verifyingKey]),
    issuer,
    audience,
    revocation: view,
    clockToleranceSeconds: 5,
    maxTtlSeconds: 3600,
    now: () => now,
  });
}

/** The code of a refusal or "accepted", after `verify` and `explain` have said the same. */
function judged(judge: Judge, token: string): string {
  const verdict = judge.verify(token);
  const explanation = judge.explain(token);
  assert.equal(explanation.ok, verdict.ok);
  assert.deepEqual(explanation.refusal, verdict.ok ? undefined : verdict.refusal);
  const failed = explanation.steps.filter(({ ok }) => !ok);
  assert.equal(failed.length, verdict.ok ? 0 : 1);
  assert.equal(explanation.steps.at(-1)?.ok, verdict.ok, "nothing is checked after the first refusal");
  return verdict.ok ? "accepted" : verdict.refusal.code;
}

const good = accessToken(now);

const tokens: readonly (readonly [rule: string, token: string, expected: string])[] = [
  ["a good token", good, "accepted"],
  ["a token without the claims that may be missing", accessToken(now, { sid: undefined, tid: undefined }), "accepted"],
  ["a token for several audiences, us among them", accessToken(now, { aud: ["x", audience] }), "accepted"],
  ["a token within the tolerance", accessToken(now, { iat: seconds - 100, exp: seconds - 4 }), "accepted"],
  ["a token at the end of the tolerance", accessToken(now, { iat: seconds - 100, exp: seconds - 5 }), "expired"],
  ["a token from the future", accessToken(now, { iat: seconds + 6 }), "issued_in_the_future"],
  ["a token that lives too long", accessToken(now, { exp: seconds + 3601 }), "lifetime_too_long"],
  ["a token of another issuer", accessToken(now, { iss: `${issuer}/` }), "wrong_issuer"],
  ["a token for another audience", accessToken(now, { aud: "billing-evil" }), "wrong_audience"],
  ["an ID token", accessToken(now, {}, { typ: "JWT" }), "wrong_type"],
  ["a logout token", accessToken(now, {}, { typ: "logout+jwt" }), "wrong_type"],
  ["a tampered token", tampered(good), "bad_signature"],
  ["a token of a foreign key", accessToken(now, {}, { key: generateKey("ES256", { kid: "k2" }) }), "unknown_key"],
  ["a token that takes our kid", accessToken(now, {}, { key: generateKey("ES256", { kid: "k1" }) }), "bad_signature"],
  ["no token at all", "", "malformed_token"],
  ["an opaque token", "opaque", "malformed_token"],
  ["an empty subject, which could not be revoked", accessToken(now, { sub: "" }), "malformed_claim"],
  ["an empty jti, which could not be revoked", accessToken(now, { jti: "" }), "malformed_claim"],
  ["an empty session, which could not be revoked", accessToken(now, { sid: "" }), "malformed_claim"],
  ["a session that is a number", accessToken(now, { sid: 7 }), "malformed_claim"],
  ["a client that is a list", accessToken(now, { client_id: ["c"] }), "malformed_claim"],
  ["a negative position", accessToken(now, { rvp: -1 }), "malformed_claim"],
  ["a position in a string", accessToken(now, { rvp: "9" }), "malformed_claim"],
  ["an infinite position", accessToken(now, { rvp: 1e300 }), "malformed_claim"],
  ["roles that are a string", accessToken(now, { roles: "admin" }), "malformed_claim"],
  ["a scope that is a list", accessToken(now, { scope: ["admin"] }), "malformed_claim"],
];

for (const [rule, token, expected] of tokens) {
  test(`${expected === "accepted" ? "accepts" : "refuses"} ${rule}; verify and explain agree`, () => {
    assert.equal(judged(judgeKnowing(), token), expected);
  });
}

for (const claim of ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"]) {
  test(`refuses a token without ${claim} (RFC 9068 section 2.2)`, () => {
    assert.equal(judged(judgeKnowing(), accessToken(now, { [claim]: undefined })), "missing_claim");
  });
}

const kills: readonly (readonly [kind: RevocationEntry["kind"], key: string])[] = [
  ["token", "j"],
  ["session", "s"],
  ["subject", "u"],
  ["client", "c"],
  ["tenant", "t"],
  ["key", "k1"],
  ["all", ""],
];

for (const [kind, key] of kills) {
  test(`a revoked ${kind} kills the token, and explain names the kind`, () => {
    const judge = judgeKnowing([{ kind, key }]);
    assert.equal(judged(judge, good), "revoked");
    assert.equal(judge.explain(good).steps.at(-1)?.step, `revocation: ${kind}`);
  });

  test(`a token that vouches for the position of a revoked ${kind} lives, unless no position may help it`, () => {
    const spared = kind !== "token" && kind !== "key";
    assert.equal(judged(judgeKnowing([{ kind, key }]), accessToken(now, { rvp: 6 })), spared ? "accepted" : "revoked");
  });

  if (kind !== "all") {
    test(`another ${kind} than the token's does not matter`, () => {
      assert.equal(judged(judgeKnowing([{ kind, key: "another" }]), good), "accepted");
    });
  }
}

test("one entry is enough: entries that spare the token do not outvote it", () => {
  const judge = judgeKnowing([
    { kind: "session", key: "s", issuedBefore: 0 },
    { kind: "subject", key: "u" },
    { kind: "all", key: "", issuedBefore: 0 },
  ]);
  assert.equal(judged(judge, good), "revoked");
});

test("a token without a position cannot show that it is younger than a revocation", () => {
  const foreign = accessToken(now, { rvp: undefined });
  assert.equal(judged(judgeKnowing([{ kind: "subject", key: "u" }]), foreign), "revoked");
  assert.equal(judged(judgeKnowing(), foreign), "accepted");
});

test("a stolen key cannot hide behind a kid that it makes up", () => {
  const unnamed = generateKey("ES256", { kid: "unnamed" });
  const judge = judgeKnowing([{ kind: "key", key: "k1" }]);
  assert.equal(judged(judge, accessToken(now, {}, { key: unnamed })), "unknown_key");
  assert.equal(judged(judge, good), "revoked");
});

test("says what a verdict rests on", () => {
  const parts = { keys: keySet([publicKeyOf(signingKey)]), issuer, audience, now: () => now };
  const verdicts = [judgeKnowing(), createJudge({ ...parts, revocation: unchecked })].map(({ verify }) => verify(good));
  assert.deepEqual(
    verdicts.map((verdict) => verdict.ok && verdict.checked),
    ["view", "signature"],
  );
});

test("explain says what is not checked", () => {
  const judge = createJudge({ keys: keySet([verifyingKey]), issuer, audience, revocation: unchecked, now: () => now });
  assert.match(judge.explain(good).steps.at(-1)?.why ?? "", /unchecked/);
});

test("explain tells what each step looked up, and never holds the token", () => {
  const { steps, ...rest } = judgeKnowing().explain(good);
  assert.equal(rest.refusal, undefined);
  assert.deepEqual(new Set(steps.map(({ lookedUp }) => lookedUp)), new Set(["nothing", "memory"]));
  const [, , signature = ""] = good.split(".");
  assert.doesNotMatch(JSON.stringify(steps), new RegExp(signature));
  for (const { micros } of steps) assert.ok(micros >= 0);
});

test("claims are frozen at every depth", () => {
  const verdict = judgeKnowing().verify(accessToken(now, { roles: ["a"], app: { deep: [{}] } }));
  assert.ok(verdict.ok);
  const { roles, app } = verdict.claims as unknown as { roles: string[]; app: { deep: object[] } };
  for (const value of [verdict.claims, roles, app, app.deep, app.deep[0]]) assert.ok(Object.isFrozen(value));
});

test("a remembered token is revoked as soon as the view hears of it", () => {
  const view = createRevocationView({ now: () => now });
  view.apply({ epoch: "e", from: 0, to: 5, entries: [] });
  const parts = { keys: keySet([verifyingKey]), issuer, audience, revocation: view, now: () => now };
  const judge = createJudge({ ...parts, cacheSize: 10 });
  const malformed = accessToken(now, { roles: "admin" });
  for (let time = 0; time < 3; time++) {
    assert.equal(judged(judge, good), "accepted");
    assert.equal(judged(judge, malformed), "malformed_claim");
  }
  assert.equal(judge.verify(good), judge.verify(good), "its claims are read once");
  const entry = { kind: "session", key: "s", pos: 6, expiresAt: Number.MAX_SAFE_INTEGER } as const;
  view.apply({ epoch: "e", from: 5, to: 6, entries: [entry] });
  for (let time = 0; time < 3; time++) assert.equal(judged(judge, good), "revoked");
  assert.equal(judged(judge, accessToken(now, { rvp: 6 })), "accepted");
});

test("an answer that is given again and again cannot be changed by those who got it", () => {
  const judge = createJudge({
    keys: keySet([verifyingKey]),
    issuer,
    audience,
    revocation: unchecked,
    now: () => now,
    cacheSize: 10,
  });
  assert.ok(Object.isFrozen(judge.verify(good)));
});
