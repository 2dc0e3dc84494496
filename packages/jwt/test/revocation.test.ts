import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createVerifier, type IsRevoked, type VerifiedToken } from "@cardea/jwt";
import { actors, mainActors } from "./support/actors.ts";
import { clock, craft, craftClaims, now, policy, rememberingVerifier, segments, verdictOf } from "./support/craft.ts";

const actor = actors.ES256;
const { verificationKey: keys } = actor;

/** Hooks that answer something else than true or false, each of which somebody will write one day. */
const wrongAnswers: Readonly<Record<string, () => unknown>> = {
  "a promise of false": async () => false,
  "a promise of true": async () => true,
  "a promise that fails": async () => {
    throw new RangeError("store down");
  },
  "an object": () => ({}),
  undefined: () => undefined,
  null: () => null,
  "the number 1": () => 1,
  "the number 0": () => 0,
  "the text false": () => "false",
  "an empty text": () => "",
  "a Boolean object": () => new Boolean(false),
};

for (const cacheSize of [0, 10]) {
  const what = cacheSize === 0 ? "without a cache" : "with a cache";

  describe(`isRevoked ${what}`, () => {
    test("is asked about claims, header and key of a token that is good in every other way", () => {
      const asked: VerifiedToken[] = [];
      const isRevoked: IsRevoked = (token) => asked.push(token) < 0;
      const { verify } = createVerifier({ keys, policy, now: clock, cacheSize, isRevoked });
      const token = craft(actor);
      for (let round = 1; round <= 3; round++) {
        const result = verify(token);
        assert.ok(result.ok);
        assert.equal(asked.length, round);
        const { claims, header, key } = asked.at(-1) ?? assert.fail();
        assert.deepEqual([claims, header, key], [result.claims, result.header, result.key]);
        assert.ok(Object.isFrozen(claims) && Object.isFrozen(header));
      }
    });

    test("is asked about what the policy's schema made of the claims", () => {
      const claims = { "~standard": { version: 1, vendor: "test", validate: () => ({ value: { user: 7 } }) } } as const;
      const asked: number[] = [];
      const isRevoked = ({ claims }: VerifiedToken<{ user: number }>) => asked.push(claims.user) < 0;
      const { verify } = createVerifier({ keys, policy: { ...policy, claims }, now: clock, cacheSize, isRevoked });
      for (let round = 0; round < 2; round++) assert.ok(verify(craft(actor)).ok);
      assert.deepEqual(asked, [7, 7]);
    });

    test("is not asked about a token that is refused anyway", () => {
      let asked = 0;
      const isRevoked = () => asked++ >= 0;
      const { verify } = createVerifier({ keys, policy, now: clock, cacheSize, isRevoked });
      const [header, payload] = segments(craft(actor));
      const refused = [
        [`${header}.${payload}.AAAA`, "bad_signature"],
        [craftClaims(actor, { exp: now, iat: 0 }), "expired"],
        [craftClaims(actor, { aud: "x" }), "wrong_audience"],
        ["a.b.c", "malformed_token"],
      ] as const;
      for (const [token, code] of refused) assert.equal(verdictOf(verify(token)), code);
      assert.equal(asked, 0);
      assert.equal(verdictOf(verify(craft(actor))), "revoked");
      assert.equal(asked, 1);
    });

    for (const chosen of mainActors) {
      test(`${chosen.alg}: takes effect at once, both ways`, () => {
        const revoked = new Set<unknown>();
        const isRevoked = ({ claims }: VerifiedToken) => revoked.has(claims.jti);
        const { verify } = createVerifier({ keys: chosen.verificationKey, policy, now: clock, cacheSize, isRevoked });
        const [token, other] = [craftClaims(chosen, { jti: "1" }), craftClaims(chosen, { jti: "2" })];
        for (let round = 0; round < 3; round++) {
          assert.ok(verify(token).ok && verify(other).ok);
          revoked.add("1");
          assert.deepEqual([verify(token), verify(other)].map(verdictOf), ["revoked", "accepted"]);
          assert.equal(verdictOf(verify(token)), "revoked");
          revoked.delete("1");
        }
      });
    }

    for (const [name, answer] of Object.entries(wrongAnswers)) {
      test(`that answers ${name} is a fault, never an acceptance`, async () => {
        let isBroken = cacheSize === 0;
        const isRevoked = (() => (isBroken ? answer() : false)) as IsRevoked;
        const { verify } = createVerifier({ keys, policy, now: clock, cacheSize, isRevoked });
        const token = craft(actor);
        if (!isBroken) assert.ok(verify(token).ok);
        isBroken = true;
        const expected = { name: "TypeError", message: /isRevoked must answer true or false at once/ };
        for (const each of [token, token, craftClaims(actor, { jti: "8" })])
          assert.throws(() => verify(each), expected);
        isBroken = false;
        assert.ok(verify(token).ok);
        await new Promise((resolve) => setImmediate(resolve));
      });
    }

    test("that throws is heard, and nothing is accepted", () => {
      let isDown = false;
      const isRevoked = () => {
        if (isDown) throw new RangeError("store down");
        return false;
      };
      const { verify } = createVerifier({ keys, policy, now: clock, cacheSize, isRevoked });
      const token = craft(actor);
      assert.ok(verify(token).ok);
      isDown = true;
      for (let round = 0; round < 2; round++)
        assert.throws(() => verify(token), { name: "RangeError", message: "store down" });
      isDown = false;
      assert.ok(verify(token).ok);
    });

    test("may verify another token itself", () => {
      const inner = createVerifier({ keys: actors.HS256.verificationKey, policy, now: clock, cacheSize });
      const isRevoked = () => !inner.verify(craft(actors.HS256)).ok;
      const { verify } = createVerifier({ keys, policy, now: clock, cacheSize, isRevoked });
      for (let round = 0; round < 2; round++) assert.ok(verify(craftClaims(actor, { sub: "outer" })).ok);
    });
  });
}

describe("isRevoked and what is remembered", () => {
  test("a revoked token that was remembered is not forgotten, and a new one is not remembered", () => {
    let answer = false;
    const { verify, seen } = rememberingVerifier(actor, { isRevoked: () => answer });
    const token = craft(actor);
    assert.ok(verify(token).ok);
    answer = true;
    assert.equal(verdictOf(verify(token)), "revoked");
    assert.equal(seen.fullChecks, 1);
    const other = craftClaims(actor, { jti: "8" });
    for (let round = 0; round < 2; round++) assert.equal(verdictOf(verify(other)), "revoked");
    assert.equal(seen.fullChecks, 3);
    answer = false;
    assert.ok(verify(token).ok);
    assert.equal(seen.fullChecks, 3);
  });

  test("an expired token that is revoked says that it has expired, remembered or not", () => {
    let answer = false;
    const { verify, seen } = rememberingVerifier(actor, { isRevoked: () => answer });
    const token = craft(actor);
    assert.ok(verify(token).ok);
    [answer, seen.at] = [true, now + 300];
    assert.equal(verdictOf(verify(token)), "expired");
    seen.at = now;
    assert.equal(verdictOf(verify(token)), "revoked");
  });
});

test("isRevoked must be a function", () => {
  for (const isRevoked of [null, true, false, "jti", {}, new Set(["7"]), Promise.resolve(false)]) {
    const make = () => createVerifier({ keys, policy, isRevoked: isRevoked as never });
    assert.throws(make, { name: "TypeError", message: /createVerifier: isRevoked must be a function/ });
  }
});
