import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  createExplainer,
  createVerifier,
  type KeySource,
  publicKey,
  unchecked,
  type VerificationKey,
} from "@cardea/jwt";
import { actors, kid, mainActors } from "./support/actors.ts";
import { clock, craft, craftClaims, now, policy, rememberingVerifier, verdictOf } from "./support/craft.ts";
import { p256Jwk } from "./support/rfcKeys.ts";

describe("a remembered token", () => {
  for (const actor of mainActors) {
    test(`${actor.alg}: is answered with the very same frozen object, without a full check`, () => {
      const { verify, seen } = rememberingVerifier(actor);
      const token = craft(actor);
      const first = verify(token);
      assert.ok(first.ok);
      for (let round = 0; round < 3; round++) assert.equal(verify(`${token}`), first);
      assert.equal(seen.fullChecks, 1);
      assert.ok(Object.isFrozen(first) && Object.isFrozen(first.claims) && Object.isFrozen(first.header));
      assert.throws(() => Object.assign(first, { claims: {} }), TypeError);
      assert.equal(first.key, actor.verificationKey);
    });
  }

  test("is found by its whole text, also when that is put together anew", () => {
    const { verify, seen } = rememberingVerifier(actors.HS256);
    const token = craft(actors.HS256);
    assert.ok(verify(`Bearer ${token}`.slice(7)).ok);
    assert.ok(verify(Buffer.from(token).toString()).ok);
    assert.equal(seen.fullChecks, 1);
  });

  test("none is without cacheSize, nor with 0", () => {
    for (const options of [{ cacheSize: 0 }, { cacheSize: undefined }]) {
      const { verify, seen } = rememberingVerifier(actors.HS256, options as object);
      const [first, second] = [verify(craft(actors.HS256)), verify(craft(actors.HS256))];
      assert.ok(first.ok && second.ok && first !== second);
      assert.equal(seen.fullChecks, 2);
    }
  });

  test("helps no other verifier, of the same keys and policy or of others", () => {
    const [one, other] = [rememberingVerifier(actors.HS256), rememberingVerifier(actors.HS256)];
    const token = craft(actors.HS256);
    assert.ok(one.verify(token).ok);
    assert.ok(other.verify(token).ok);
    assert.deepEqual([one.seen.fullChecks, other.seen.fullChecks], [1, 1]);
    const stranger = rememberingVerifier(actors.HS256, { policy: { audience: "other" } });
    assert.equal(verdictOf(stranger.verify(token)), "wrong_audience");
  });

  test("is explained in full", () => {
    const options = { keys: actors.HS256.verificationKey, policy, now: clock, cacheSize: 10 };
    const token = craft(actors.HS256);
    assert.ok(createVerifier(options).verify(token).ok);
    const explain = createExplainer(options);
    assert.deepEqual(
      explain(token).steps.map(({ step }) => step),
      explain(token).steps.map(({ step }) => step),
    );
    assert.ok(explain(token).steps.some(({ step }) => step === "signature"));
  });
});

describe("the dates of a remembered token are asked again", () => {
  const token = craftClaims(actors.ES256, { nbf: now - 5, iat: now - 10, exp: now + 300 });
  const moments: readonly (readonly [at: number, verdict: string])[] = [
    [now, "accepted"],
    [now + 299.999, "accepted"],
    [now + 300, "expired"],
    [now + 1e6, "expired"],
    [now + 299, "accepted"],
    [now - 5, "accepted"],
    [now - 5.001, "not_yet_valid"],
    [now - 11, "not_yet_valid"],
    [0, "not_yet_valid"],
    [now, "accepted"],
    [Number.NaN, "expired"],
    [Number.POSITIVE_INFINITY, "expired"],
    [Number.NEGATIVE_INFINITY, "not_yet_valid"],
    [now + 1, "accepted"],
  ];

  test("forwards and backwards, as a verifier that remembers nothing would answer", () => {
    const { verify, seen } = rememberingVerifier(actors.ES256);
    for (const [at, verdict] of moments) {
      seen.at = at;
      assert.equal(verdictOf(verify(token)), verdict, `${at - now} s`);
      assert.equal(
        verdictOf(createVerifier({ keys: actors.ES256.verificationKey, policy, now: () => at * 1000 }).verify(token)),
        verdict,
      );
    }
    assert.equal(seen.fullChecks, 1, "and it was not forgotten meanwhile");
  });

  test("iat alone, once it lies in the future", () => {
    const { verify, seen } = rememberingVerifier(actors.ES256);
    assert.ok(verify(craftClaims(actors.ES256, { jti: "8" })).ok);
    const issued = craft(actors.ES256);
    assert.ok(verify(issued).ok);
    seen.at = now - 0.5;
    assert.equal(verdictOf(verify(issued)), "issued_in_the_future");
  });

  test("exp, also of a token that does not say when it was issued", () => {
    const { verify, seen } = rememberingVerifier(actors.ES256);
    const undated = craftClaims(actors.ES256, { iat: undefined });
    assert.ok(verify(undated).ok);
    seen.at = now + 299;
    assert.ok(verify(undated).ok);
    seen.at = now + 300;
    assert.equal(verdictOf(verify(undated)), "expired");
  });

  test("with the policy's tolerance, and no more", () => {
    const { verify, seen } = rememberingVerifier(actors.ES256, { policy: { clockToleranceSeconds: 30 } });
    const verdicts = [now, now + 329, now + 330, now - 35, now - 36, now].map((at) => {
      seen.at = at;
      return verdictOf(verify(token));
    });
    assert.deepEqual(verdicts, ["accepted", "accepted", "expired", "accepted", "not_yet_valid", "accepted"]);
    assert.equal(seen.fullChecks, 1);
  });

  test("a clock that gives no number accepts nothing, even where no date is checked", () => {
    const { verify, seen } = rememberingVerifier(actors.ES256, { policy: { expiry: unchecked } });
    const timeless = craftClaims(actors.ES256, { exp: undefined, iat: undefined });
    assert.ok(verify(timeless).ok);
    seen.at = 1e12;
    assert.ok(verify(timeless).ok);
    for (const at of [Number.NaN, undefined as unknown as number, "soon" as unknown as number]) {
      seen.at = at;
      assert.equal(verdictOf(verify(timeless)), "not_yet_valid");
    }
    assert.equal(seen.fullChecks, 1);
  });
});

describe("the key of a remembered token is asked for again", () => {
  const { verificationKey: right, publicKeyObject } = actors.ES256;
  const stranger = publicKey(p256Jwk, { alg: "ES256", kid });
  const token = craft(actors.ES256);

  /** A source whose answer the test changes. */
  function withSource() {
    const trusted: { answer: unknown } = { answer: right };
    const keys = { find: () => trusted.answer } as KeySource;
    return { trusted, ...rememberingVerifier(actors.ES256, { keys }) };
  }

  test("one that is withdrawn stops working, and works again once it is back", () => {
    const { trusted, verify, seen } = withSource();
    assert.ok(verify(token).ok);
    for (const nothing of [undefined, null, []]) {
      trusted.answer = nothing;
      assert.equal(verdictOf(verify(token)), "unknown_key");
    }
    trusted.answer = [stranger, right];
    assert.ok(verify(token).ok);
    assert.equal(seen.fullChecks, 1);
  });

  test("another key under the same kid is not taken for it", () => {
    const { trusted, verify } = withSource();
    assert.ok(verify(token).ok);
    trusted.answer = stranger;
    assert.equal(verdictOf(verify(token)), "bad_signature");
    trusted.answer = actors.HS256.verificationKey;
    assert.equal(verdictOf(verify(token)), "wrong_algorithm");
    trusted.answer = [stranger, stranger, stranger, stranger, right];
    assert.equal(verdictOf(verify(token)), "unknown_key");
  });

  test("the same key made anew is checked anew, and is the one in the result", () => {
    const { trusted, verify, seen } = withSource();
    assert.ok(verify(token).ok);
    const again = publicKey(publicKeyObject, { alg: "ES256", kid });
    trusted.answer = again;
    for (let round = 0; round < 2; round++) {
      const result = verify(token);
      assert.ok(result.ok);
      assert.equal(result.key, again);
    }
    assert.equal(seen.fullChecks, 2);
  });

  test("a source that fails or answers with something else is a fault, never an acceptance", () => {
    const { trusted, verify } = withSource();
    assert.ok(verify(token).ok);
    for (const wrong of [true, {}, { ...right }, Promise.resolve(right), actors.ES256.signingKey]) {
      trusted.answer = wrong;
      assert.throws(() => verify(token), TypeError);
    }
    let isDown = false;
    const down: KeySource = {
      find: (): VerificationKey => {
        if (isDown) throw new RangeError("down");
        return right;
      },
    };
    const other = rememberingVerifier(actors.ES256, { keys: down });
    assert.ok(other.verify(token).ok);
    isDown = true;
    assert.throws(() => other.verify(token), RangeError);
  });
});

test("cacheSize is a number of tokens, 0 or from 2", () => {
  const { verificationKey: keys } = actors.ES256;
  for (const cacheSize of [1, -1, 1.5, 2.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "100", null, true, {}]) {
    const make = () => createVerifier({ keys, policy, cacheSize: cacheSize as number });
    assert.throws(make, { name: "TypeError", message: /createVerifier: cacheSize must be/ });
  }
  for (const cacheSize of [0, 2, 3, 1e6]) assert.ok(createVerifier({ keys, policy, cacheSize }));
});
