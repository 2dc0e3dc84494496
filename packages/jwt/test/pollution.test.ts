import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessTokenPolicy, createExplainer, createMultiIssuerVerifier, createVerifier, sign } from "@cardea/jwt";
import { signCompact, verifyCompact } from "@cardea/jwt/jws";
import { actors } from "./support/actors.ts";
import { clock, craft, craftClaims, headerOf, policy, verdictOf } from "./support/craft.ts";

const actor = actors.ES256;
const keys = actor.verificationKey;

/** Does something while every object inherits a member. */
function polluted<T>(name: string, value: unknown, act: () => T): T {
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: false });
  try {
    return act();
  } finally {
    Reflect.deleteProperty(Object.prototype, name);
  }
}

describe("no option is read from a polluted prototype", () => {
  const expired = craftClaims(actor, { exp: clock() / 1000 - 10 });
  const rows: readonly (readonly [name: string, value: unknown, token: string])[] = [
    ["clockToleranceSeconds", 1e9, expired],
    ["typ", "dpop+jwt", craft(actor, { header: headerOf(actor, { typ: "dpop+jwt" }) })],
    ["critical", ["x"], craft(actor, { header: headerOf(actor, { crit: ["x"], x: 1 }) })],
    ["maxTokenBytes", 1e6, craftClaims(actor, { long: "x".repeat(9000) })],
  ];
  for (const [name, value, token] of rows) {
    test(name, () => {
      const { verify, explain } = polluted(name, value, () => ({
        verify: createVerifier({ keys, policy, now: clock }).verify,
        explain: createExplainer({ keys, policy, now: clock }),
      }));
      assert.notEqual(verdictOf(verify(token)), "accepted");
      assert.equal(explain(token).ok, false);
      assert.equal(verdictOf(verify(craft(actor))), "accepted");
    });
  }

  test("an issuer that the policy leaves out is missing", () => {
    const { issuer, ...rest } = policy;
    assert.throws(() => polluted("issuer", issuer, () => createVerifier({ keys, policy: rest as never })), /issuer/);
  });

  test("a clock, a cache, revocations and issuers", () => {
    for (const [name, value] of [
      ["now", () => 0],
      ["cacheSize", 1],
      ["isRevoked", () => true],
    ] as const) {
      const { verify } = polluted(name, value, () =>
        createVerifier({ keys, policy: { ...policy, expiry: undefined } as never }),
      );
      assert.notEqual(verdictOf(verify(craft(actor))), "revoked", name);
    }
    assert.throws(() => polluted("issuers", {}, () => createMultiIssuerVerifier({} as never)), /issuers must have/);
    assert.equal(polluted("issuers", {}, () => createExplainer({ keys, policy, now: clock })(craft(actor))).ok, true);
  });

  test("the policy of access tokens, signers and JWS", () => {
    const { required } = polluted("required", ["x"], () => accessTokenPolicy({ issuer: "i", audience: "a" }));
    assert.ok(!required?.includes("x"));
    const token = polluted("typ", "at+jwt", () => sign({}, actor.signingKey));
    assert.equal(JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString()).typ, "JWT");
    const unencoded = signCompact("text", { key: actor.signingKey, unencoded: true });
    const result = polluted("unencoded", "accepted", () => verifyCompact(unencoded, { keys }));
    assert.equal(result.ok, false);
  });
});
