import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type AccessTokenClaims,
  accessTokenPolicy,
  createMultiIssuerVerifier,
  createVerifier,
  explain,
  type Policy,
  type StandardSchemaV1,
  sign,
  unchecked,
} from "@cardea/jwt";
import { actors } from "./support/actors.ts";
import { clock, craft, headerOf, now, verdictOf } from "./support/craft.ts";

const actor = actors.ES256;
const { verificationKey: keys } = actor;
const issuer = "https://issuer.test";

/** RFC 9068 §2.2: the claims that must be there. */
const least = { iss: issuer, exp: now + 300, aud: "api", sub: "alice", client_id: "web", iat: now, jti: "7" };
const most = {
  ...least,
  scope: "read write",
  auth_time: now - 60,
  acr: "urn:level:2",
  amr: ["pwd", "otp"],
  roles: ["a"],
};

const tokenOf = (claims: object, typ: string | undefined = "at+jwt") =>
  craft(actor, { header: headerOf(actor, { typ }), payload: JSON.stringify(claims) });
const accessPolicy = accessTokenPolicy({ issuer, audience: "api" });
const judge = (token: string, policy: Policy<unknown> = accessPolicy) =>
  verdictOf(createVerifier({ keys, policy, now: clock }).verify(token));

describe("accessTokenPolicy (RFC 9068)", () => {
  test("takes the claims of §2.2, with and without those that may be there", () => {
    for (const claims of [
      least,
      most,
      { ...least, aud: ["x", "api"] },
      { ...least, scope: "" },
      { ...least, amr: [] },
    ]) {
      assert.equal(judge(tokenOf(claims)), "accepted");
    }
    assert.equal(judge(sign(most, actor.signingKey, { typ: "at+jwt" })), "accepted");
  });

  for (const name of Object.keys(least)) {
    test(`JWT-15: ${name} is required (§4)`, () => {
      assert.equal(judge(tokenOf({ ...most, [name]: undefined })), "missing_claim");
    });
  }

  test("the types of the claims are checked", () => {
    const texts = ["client_id", "sub", "jti", "acr"].flatMap((name) =>
      ["", null, 7, true, ["x"], {}].map((value) => [name, value] as const),
    );
    const others = [
      ...[null, 7, ["read"], {}, true].map((value) => ["scope", value] as const),
      ...["1", null, -1, 2 ** 53, [1], {}, true].map((value) => ["auth_time", value] as const),
      ...["pwd", null, 7, {}, [7], [""], ["pwd", null], [["pwd"]]].map((value) => ["amr", value] as const),
    ];
    for (const [name, value] of [...texts, ...others]) {
      const isRegistered = ["sub", "jti"].includes(name) && typeof value !== "string";
      const expected = isRegistered ? "malformed_claim" : "claims_rejected";
      assert.equal(judge(tokenOf({ ...most, [name]: value })), expected, `${name}: ${JSON.stringify(value)}`);
    }
  });

  test("a number too large for a date is none, whatever JSON makes of it", () => {
    const payload = JSON.stringify(least).replace("}", ',"auth_time":1e999}');
    assert.equal(judge(craft(actor, { header: headerOf(actor, { typ: "at+jwt" }), payload })), "claims_rejected");
  });

  test("an ID token, a plain JWT and any other type of the same issuer are refused", () => {
    for (const typ of ["JWT", "jwt", "dpop+jwt", "logout+jwt", "at+jwt2", "text/at+jwt"]) {
      assert.equal(judge(tokenOf(most, typ)), "wrong_type");
    }
    const bare = craft(actor, { header: headerOf(actor, { typ: undefined }), payload: JSON.stringify(most) });
    assert.equal(judge(bare), "wrong_type");
    for (const typ of ["at+jwt", "AT+JWT", "application/at+jwt", "Application/AT+JWT"]) {
      assert.equal(judge(tokenOf(most, typ)), "accepted");
    }
  });

  test("issuer, audience and expiry are checked as in any policy", () => {
    assert.equal(judge(tokenOf({ ...most, iss: "https://other.test" })), "wrong_issuer");
    assert.equal(judge(tokenOf({ ...most, aud: "other" })), "wrong_audience");
    assert.equal(judge(tokenOf({ ...most, exp: now, iat: now - 10 })), "expired");
    assert.equal(judge(tokenOf({ ...most, iat: now + 1 })), "issued_in_the_future");
  });

  test("what the caller adds is demanded beside it", () => {
    const policy = accessTokenPolicy({ issuer, audience: "api", required: ["scope"], maxTtlSeconds: 100 });
    assert.equal(judge(tokenOf(least), policy), "missing_claim");
    assert.equal(judge(tokenOf(most), policy), "lifetime_too_long");
    assert.equal(judge(tokenOf({ ...most, exp: now + 100 }), policy), "accepted");
    assert.deepEqual(accessTokenPolicy({ issuer, audience: "api", maxTokenBytes: 100 }).maxTokenBytes, 100);
  });

  test("an own type, an expiry that is waived, values of the wrong kind and unknown options are refused", () => {
    const wrongs = [
      ...[{ maxAge: 5 }, { audience: undefined }, { issuer: "" }, { typ: "JWT" }, { expiry: unchecked }],
      ...[{ required: "scope" }, { claims: {} }],
    ];
    for (const wrong of wrongs) {
      const make = () => accessTokenPolicy({ issuer, audience: "api", ...wrong } as never);
      assert.throws(make, { name: "TypeError", message: /^(policy|accessTokenPolicy): / }, JSON.stringify(wrong));
    }
    assert.throws(() => accessTokenPolicy(undefined as never), { name: "TypeError", message: /expects an object/ });
    const required = ["sub"];
    accessTokenPolicy({ issuer, audience: "api", required });
    assert.deepEqual(required, ["sub"], "and the caller's list stays as it was");
  });
});

describe("a schema of the caller's own", () => {
  const asked: unknown[] = [];
  const schema: StandardSchemaV1<unknown, { user: string }> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (claims) => {
        asked.push(claims);
        const { sub } = claims as { sub: string };
        return sub === "mallory" ? { issues: ["not her"] } : { value: { user: sub } };
      },
    },
  };
  const policy = accessTokenPolicy({ issuer, audience: "api", claims: schema });

  test("is asked after the RFC's types, and makes the claims", () => {
    const result = createVerifier({ keys, policy, now: clock }).verify(tokenOf(most));
    assert.ok(result.ok);
    const user: string = result.claims.user;
    assert.equal(user, "alice");
    assert.deepEqual(asked.splice(0), [most]);
    assert.equal(judge(tokenOf({ ...most, sub: "mallory" }), policy), "claims_rejected");
    assert.equal(asked.splice(0).length, 1);
    assert.equal(judge(tokenOf({ ...most, client_id: 7 }), policy), "claims_rejected");
    assert.deepEqual(asked, [], "not asked about claims of wrong types");
  });

  test("is named in what explain says", () => {
    const why = (chosen: Policy<unknown>) =>
      explain(tokenOf(most), { keys, policy: chosen, now: clock }).steps.find(({ step }) => step === "schema")?.why;
    assert.equal(why(policy), "accepted by RFC 9068, then test");
    assert.equal(why(accessPolicy), "accepted by RFC 9068");
  });
});

test("goes with a verifier of several issuers, without its issuer", () => {
  const { issuer: _, ...rest } = accessPolicy;
  const { verify } = createMultiIssuerVerifier({ issuers: { [issuer]: { keys, policy: rest } }, now: clock });
  assert.equal(verdictOf(verify(tokenOf(most))), "accepted");
  assert.equal(verdictOf(verify(tokenOf(most, "JWT"))), "wrong_type");
});

test("the claims are typed as the RFC has them", () => {
  const result = createVerifier({ keys, policy: accessPolicy, now: clock }).verify(tokenOf(most));
  assert.ok(result.ok);
  const { client_id, sub, jti, iat, exp }: AccessTokenClaims = result.claims;
  const scope: string | undefined = result.claims.scope;
  const amr: readonly string[] | undefined = result.claims.amr;
  assert.deepEqual(
    [client_id, sub, jti, iat, exp, scope, amr],
    ["web", "alice", "7", now, now + 300, most.scope, most.amr],
  );
});
