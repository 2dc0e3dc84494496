import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createVerifier, type KeySource, keySet, type VerificationKey } from "@cardea/jwt";
import { type Actor, actors, mainActors } from "./support/actors.ts";
import { clock, craft, craftClaims, headerOf, policy, segments, verdictOf, verifierOf } from "./support/craft.ts";

/** Refused tokens that share their header with a good one, and their codes. */
const siblings = (actor: Actor): readonly (readonly [token: string, code: string])[] => {
  const [header, payload, signature] = segments(craft(actor));
  return [
    [`${header}.${payload}`, "malformed_token"],
    [`${header}.${payload}.`, "malformed_token"],
    [`${header}..${signature}`, "malformed_token"],
    [`${header}.${payload}.${signature}.`, "malformed_token"],
    [`${header}.${payload}.${signature}.${signature}`, "malformed_token"],
    [`${header}.${payload}=.${signature}`, "malformed_token"],
    [`${header}.${payload}.${signature}=`, "malformed_token"],
    [`${header}.${payload}.AAAA`, "bad_signature"],
    [`${header}.e30.${signature}`, "bad_signature"],
    [`${header}.${"A".repeat(9000)}`, "token_too_long"],
    [craftClaims(actor, { exp: 1, iat: 0 }), "expired"],
    [craftClaims(actor, { aud: "x" }), "wrong_audience"],
    [craftClaims(actor, { iss: "x" }), "wrong_issuer"],
    [craft(actor, { payload: "[]" }), "malformed_payload"],
  ];
};

describe("the short cut for a known header", () => {
  for (const actor of mainActors) {
    test(`${actor.alg}: a second token with the same header is checked as strictly as the first`, () => {
      const warm = verifierOf(actor);
      for (const [token, code] of siblings(actor)) {
        assert.equal(verdictOf(verifierOf(actor).verify(token)), code, "cold");
        assert.ok(warm.verify(craft(actor)).ok);
        assert.equal(verdictOf(warm.verify(token)), code, "warm");
        assert.equal(warm.explain(token).refusal?.code, code, "explained");
      }
    });

    test(`${actor.alg}: a header that begins like the known one is read for itself`, () => {
      const { verify } = verifierOf(actor);
      assert.ok(verify(craft(actor)).ok);
      const [header] = segments(craft(actor));
      const longer = craft(actor, { header: `${headerOf(actor)}   ` });
      assert.ok(longer.startsWith(header.slice(0, -2)));
      assert.equal(verdictOf(verify(longer)), "accepted");
      for (const members of [{ crit: ["x"] }, { b64: false }, { typ: "at+jwt" }, { alg: "none" }, { kid: "other" }]) {
        assert.equal(verify(craft(actor, { header: headerOf(actor, members) })).ok, false);
      }
    });

    test(`${actor.alg}: what a refused token said is not remembered`, () => {
      const { verify } = verifierOf(actor);
      const forgers = [
        craft({ ...actor, seal: () => "AAAA" }),
        craft({ ...actor, seal: () => "AAAA" }, { header: headerOf(actor, { alg: "none" }) }),
        craft(actor, { header: headerOf(actor, { crit: ["x"] }) }),
        craft(actor, { header: headerOf(actor, { typ: "at+jwt" }) }),
        craftClaims(actor, { exp: 1, iat: 0 }),
      ];
      for (const before of [undefined, craft(actor)]) {
        if (before !== undefined) assert.ok(verify(before).ok);
        for (const forged of forgers) {
          const code = verdictOf(verify(forged));
          assert.equal(verdictOf(verify(forged)), code);
          assert.equal(verdictOf(verifierOf(actor).verify(forged)), code);
          assert.ok(verify(craft(actor)).ok);
        }
      }
    });
  }

  test("the key is looked up each time, so one that is withdrawn stops working", () => {
    let trusted: VerificationKey | undefined = actors.ES256.verificationKey;
    const source: KeySource = { find: () => trusted };
    const { verify } = createVerifier({ keys: source, policy, now: clock });
    assert.ok(verify(craft(actors.ES256)).ok);
    trusted = undefined;
    assert.equal(verdictOf(verify(craft(actors.ES256))), "unknown_key");
    trusted = actors.ES384.verificationKey;
    assert.equal(verdictOf(verify(craft(actors.ES256))), "wrong_algorithm");
  });

  test("tokens of two keys may alternate", () => {
    const [first, second] = [actors.ES256, actors.EdDSA];
    const keys = keySet(
      [first, second].map(({ verificationKey }) => verificationKey).filter(({ alg }) => alg === "ES256"),
    );
    const { verify } = createVerifier({ keys, policy, now: clock });
    for (let round = 0; round < 3; round++) {
      assert.equal(verdictOf(verify(craft(first))), "accepted");
      assert.equal(verdictOf(verify(craft(second))), "wrong_algorithm");
    }
  });

  test("a schema that verifies another token while it runs disturbs nothing", () => {
    const inner = verifierOf(actors.HS256);
    const claims = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (value: unknown) => {
          assert.ok(inner.verify(craftClaims(actors.HS256, { sub: "inner" })).ok);
          return { value };
        },
      },
    } as const;
    const outer = createVerifier({ keys: actors.ES256.verificationKey, policy: { ...policy, claims }, now: clock });
    const result = outer.verify(craftClaims(actors.ES256, { sub: "outer" }));
    assert.ok(result.ok);
    assert.equal((result.claims as { sub?: unknown }).sub, "outer");
  });
});

describe("explain", () => {
  const actor = actors.ES256;

  test("tells every step of an accepted token, in order, each with its cost", () => {
    const { ok, steps, refusal, unverified } = verifierOf(actor).explain(craft(actor));
    assert.equal(ok, true);
    assert.equal(refusal, undefined);
    assert.deepEqual(
      steps.map(({ step }) => step),
      [
        ...[
          "size",
          "form",
          "header",
          "critical",
          "type",
          "algorithm",
          "key",
          "signature",
          "payload",
          "required claims",
        ],
        ...["claim types", "issuer", "audience", "expiry", "not before", "issued at", "order of dates", "lifetime"],
        "schema",
      ],
    );
    assert.ok(steps.every((step) => step.ok && step.why !== "" && step.micros >= 0));
    assert.equal(unverified?.claims.sub, "alice");
  });

  test("stops at the first step that fails, with the reason", () => {
    for (const [token, code] of siblings(actor)) {
      const { ok, steps, refusal } = verifierOf(actor).explain(token);
      assert.equal(ok, false);
      assert.equal(refusal?.code, code);
      assert.equal(steps.at(-1)?.why, refusal?.message);
      assert.deepEqual(
        steps.map((step) => step.ok),
        steps.map((_, at) => at < steps.length - 1),
      );
    }
  });

  test("shows nothing of what cannot be read", () => {
    assert.equal("unverified" in verifierOf(actor).explain("a.b.c"), false);
  });
});
