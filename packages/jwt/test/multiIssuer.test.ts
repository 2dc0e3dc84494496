import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  createExplainer,
  createMultiIssuerVerifier,
  keySet,
  type MultiIssuerOptions,
  privateKey,
  publicKey,
  sign,
} from "@cardea/jwt";
import { type Actor, actors, kid } from "./support/actors.ts";
import {
  b64,
  clock,
  countingSchema,
  craft,
  craftClaims,
  goodClaims,
  headerOf,
  now,
  segments,
  verdictOf,
} from "./support/craft.ts";
import { p256Jwk } from "./support/rfcKeys.ts";

const [a, b] = ["https://a.test", "https://b.test"];
const one = actors.ES256;
const other = actors.EdDSA;
const issuers: MultiIssuerOptions["issuers"] = {
  [a]: { keys: one.verificationKey, policy: { audience: "api" } },
  [b]: { keys: keySet([other.verificationKey]), policy: { audience: ["web", "api"], clockToleranceSeconds: 60 } },
};
const of = (actor: Actor, iss: unknown, claims: object = {}) => craftClaims(actor, { iss, ...claims });

for (const cacheSize of [0, 10]) {
  const make = (changes: object = {}) => createMultiIssuerVerifier({ issuers, now: clock, cacheSize, ...changes });
  const judge = (token: string, changes: object = {}) => {
    const { verify } = make(changes);
    const first = verdictOf(verify(token));
    assert.equal(verdictOf(verify(token)), first, "the second time as the first");
    return first;
  };

  describe(`a verifier of two issuers ${cacheSize === 0 ? "without" : "with"} a cache`, () => {
    test("judges each token by the keys and the policy of its issuer", () => {
      const { verify } = make();
      for (let round = 0; round < 3; round++) {
        for (const [token, actor, iss] of [
          [of(one, a), one, a],
          [of(other, b), other, b],
          [of(other, b, { aud: "web", exp: now - 59, iat: 0 }), other, b],
        ] as const) {
          const result = verify(token);
          assert.ok(result.ok);
          assert.deepEqual([result.claims.iss, result.key], [iss, actor.verificationKey]);
        }
        assert.equal(verdictOf(verify(of(one, a, { aud: "web" }))), "wrong_audience");
        assert.equal(verdictOf(verify(of(one, a, { exp: now - 1, iat: 0 }))), "expired");
      }
    });

    test("JWT-9: never takes a key of one for a token of the other, whatever they are called", () => {
      assert.equal(judge(of(one, b)), "wrong_algorithm");
      assert.equal(judge(of(other, a)), "wrong_algorithm");
      const secondKey = privateKey(actors.ES384.keyObject, { alg: "ES384", kid });
      const same = {
        [a]: { keys: keySet([one.verificationKey]), policy: { audience: "api" } },
        [b]: { keys: keySet([publicKey(p256Jwk, { alg: "ES256", kid })]), policy: { audience: "api" } },
      };
      assert.equal(judge(of(one, a), { issuers: same }), "accepted");
      assert.equal(judge(of(one, b), { issuers: same }), "bad_signature");
      assert.equal(judge(sign({ ...goodClaims, iss: a }, secondKey), { issuers: same }), "wrong_algorithm");
      const nameless = craft(one, { header: '{"alg":"ES256"}', payload: JSON.stringify({ ...goodClaims, iss: b }) });
      assert.equal(judge(nameless, { issuers: same }), "bad_signature");
      const stray = headerOf(one, { kid: "stray" });
      assert.equal(
        judge(craft(one, { header: stray, payload: JSON.stringify({ ...goodClaims, iss: b }) }), { issuers: same }),
        "unknown_key",
      );
    });

    test("an issuer that is not listed is wrong, compared exactly", () => {
      for (const iss of ["https://c.test", `${a}/`, a.toUpperCase(), ` ${a}`, `${a}\0`, "", "a", `${a},${b}`]) {
        assert.equal(judge(of(one, iss)), "wrong_issuer");
      }
    });

    test("nor is a member of every object an issuer", () => {
      for (const iss of ["__proto__", "constructor", "toString", "hasOwnProperty", "size", "get", "0", "undefined"]) {
        assert.equal(judge(of(one, iss)), "wrong_issuer");
      }
      assert.equal(
        judge(craft(one, { payload: `{"__proto__":{"iss":"${a}"},"aud":"api","exp":${now + 1}}` })),
        "missing_claim",
      );
    });

    test("an iss that is missing or no text is refused as such", () => {
      assert.equal(judge(of(one, undefined)), "missing_claim");
      for (const iss of [null, 7, true, [a], [a, b], {}, { [a]: 1 }])
        assert.equal(judge(of(one, iss)), "malformed_claim");
    });

    test("an iss that is written twice, or with escapes, is read as everything else is", () => {
      const claims = `"aud":"api","exp":${now + 1}`;
      assert.equal(judge(craft(one, { payload: `{"iss":"${a}","iss":"${b}",${claims}}` })), "malformed_payload");
      assert.equal(judge(craft(one, { payload: `{"iss":"${b}","\\u0069ss":"${a}",${claims}}` })), "malformed_payload");
      assert.equal(judge(craft(one, { payload: `{"\\u0069ss":"https:\\/\\/a.test",${claims}}` })), "accepted");
    });

    test("forgeries are bad signatures, and whatever is no token says so", () => {
      const [header, payload, signature] = segments(of(one, a));
      assert.equal(judge(`${header}.${payload}.AAAA`), "bad_signature");
      assert.equal(
        judge(`${header}.${b64(JSON.stringify({ ...goodClaims, iss: a, sub: "admin" }))}.${signature}`),
        "bad_signature",
      );
      assert.equal(judge(of({ ...one, seal: () => "AAAA" }, a, { exp: 1 })), "bad_signature", "before expired");
      const none = [
        "",
        ".",
        "..",
        "a.b.c",
        `${header}.${payload}`,
        `${header}.${payload}.`,
        `.${payload}.${signature}`,
      ];
      for (const text of [...none, `${header}.${payload}=.${signature}`, `${of(one, a)}.x`, ` ${of(one, a)}`]) {
        assert.match(judge(text), /^malformed_(token|header)$/, text.slice(0, 20));
      }
      for (const value of [undefined, null, 7, [], {}, Buffer.from(of(one, a))]) {
        assert.equal(judge(value as unknown as string), "malformed_token");
      }
      for (const text of ["[]", "null", '"x"', "{", "{}{}"])
        assert.equal(judge(craft(one, { payload: text })), "malformed_payload");
      for (const bytes of [Buffer.of(0xff, 0xfe), Buffer.from('{"iss":"é"}', "latin1")]) {
        assert.equal(judge(craft(one, { payload: bytes })), "malformed_payload");
      }
    });

    test("each issuer has its own limit of length, and nothing above the longest is read", () => {
      const wide = {
        [a]: { keys: one.verificationKey, policy: { audience: "api", maxTokenBytes: 1000 } },
        [b]: { keys: other.verificationKey, policy: { audience: "api", maxTokenBytes: 20_000 } },
      };
      const long = { x: "x".repeat(5000) };
      assert.equal(judge(of(one, a), { issuers: wide }), "accepted");
      assert.equal(judge(of(one, a, long), { issuers: wide }), "token_too_long");
      assert.equal(judge(of(other, b, long), { issuers: wide }), "accepted");
      assert.equal(judge(of(other, b, { x: "x".repeat(20_000) }), { issuers: wide }), "token_too_long");
      assert.equal(judge(of(one, a, { x: "x".repeat(8000) })), "token_too_long");
      assert.equal(judge(".".repeat(20_001), { issuers: wide }), "token_too_long");
      assert.equal(judge(".".repeat(20_000), { issuers: wide }), "malformed_token");
    });

    test("isRevoked is asked about tokens of both", () => {
      const revoked = new Set<unknown>();
      const { verify } = make({ isRevoked: ({ claims }: { claims: { iss?: string } }) => revoked.has(claims.iss) });
      const tokens = [of(one, a), of(other, b)];
      assert.deepEqual(
        tokens.map((token) => verdictOf(verify(token))),
        ["accepted", "accepted"],
      );
      revoked.add(b);
      assert.deepEqual(
        tokens.map((token) => verdictOf(verify(token))),
        ["accepted", "revoked"],
      );
    });
  });
}

test("a remembered token is asked again by the rules of its own issuer", () => {
  let [seconds, fullChecks] = [now, 0];
  const claims = countingSchema(() => fullChecks++);
  const keys = { answer: [other.verificationKey] };
  const { verify } = createMultiIssuerVerifier<unknown>({
    issuers: {
      [a]: { keys: one.verificationKey, policy: { audience: "api", claims } },
      [b]: { keys: { find: () => keys.answer }, policy: { audience: "api", clockToleranceSeconds: 60, claims } },
    },
    now: () => seconds * 1000,
    cacheSize: 10,
  });
  const tokens = [of(one, a), of(other, b)];
  const verdicts = () => tokens.map((token) => verdictOf(verify(token)));
  assert.deepEqual([verdicts(), verdicts(), fullChecks], [["accepted", "accepted"], ["accepted", "accepted"], 2]);
  seconds = now + 330;
  assert.deepEqual(verdicts(), ["expired", "accepted"]);
  keys.answer = [];
  assert.deepEqual(verdicts(), ["expired", "unknown_key"]);
  [seconds, keys.answer] = [now, [other.verificationKey]];
  assert.deepEqual([verdicts(), fullChecks], [["accepted", "accepted"], 2]);
});

describe("what createMultiIssuerVerifier is given", () => {
  const make = (options: object) => () => createMultiIssuerVerifier({ issuers, ...options } as MultiIssuerOptions);
  const withRules = (rules: unknown) => make({ issuers: { [a]: rules } });
  const { keys, policy } = { keys: one.verificationKey, policy: { audience: "api" } };

  test("is refused when an option is unknown, at each level", () => {
    assert.throws(make({ keys }), { name: "TypeError", message: /createMultiIssuerVerifier: no option "keys"/ });
    assert.throws(withRules({ keys, policy, now: clock }), /createMultiIssuerVerifier: no option "now"/);
    assert.throws(withRules({ keys, policy: { ...policy, maxAge: 5 } }), /policy: no option "maxAge"/);
  });

  test("has no issuer in a policy: the name of the member says it", () => {
    for (const issuer of [a, b, [a], undefined]) {
      assert.throws(withRules({ keys, policy: { ...policy, issuer } }), {
        name: "TypeError",
        message: /has no issuer/,
      });
    }
  });

  test("has at least one issuer, each with keys and a whole policy", () => {
    for (const wrong of [undefined, null, {}, [], "x", new Map([[a, issuers[a]]])]) {
      assert.throws(make({ issuers: wrong }), { name: "TypeError", message: /issuers must have a member/ });
    }
    for (const wrong of [
      undefined,
      null,
      {},
      { keys },
      { policy },
      { keys: one.signingKey, policy },
      { keys, policy: {} },
    ]) {
      assert.throws(withRules(wrong), TypeError);
    }
    assert.throws(make({ issuers: { "": { keys, policy } } }), /policy: issuer/);
    for (const wrong of [{ now: 5 }, { cacheSize: 1 }, { isRevoked: true }]) assert.throws(make(wrong), TypeError);
  });

  test("is copied: an issuer that is added later is not believed", () => {
    const growing: Record<string, (typeof issuers)[string]> = { [a]: { keys, policy } };
    const { verify } = createMultiIssuerVerifier({ issuers: growing, now: clock });
    growing[b] = { keys: other.verificationKey, policy };
    assert.equal(verdictOf(verify(of(other, b))), "wrong_issuer");
  });
});

describe("createExplainer with issuers", () => {
  const explain = createExplainer({ issuers, now: clock });
  const { verify } = createMultiIssuerVerifier({ issuers, now: clock });

  test("tells first which rules were chosen, then the steps of that issuer", () => {
    const { ok, steps } = explain(of(other, b));
    assert.equal(ok, true);
    assert.deepEqual(
      steps.slice(0, 3).map(({ step }) => step),
      ["rules", "size", "form"],
    );
    assert.equal(steps[0]?.why, "the issuer is listed");
    assert.ok(steps.every((step) => step.ok));
  });

  test("says what verify says", () => {
    const tokens = [
      of(one, a),
      of(one, b),
      of(other, a),
      of(one, "c"),
      of(one, 7),
      of(one, undefined),
      of(one, a, { exp: 1, iat: 0 }),
    ];
    for (const token of [...tokens, "", "a.b.c", ".".repeat(9000), `${of(one, a)}x`, craft(one, { payload: "[]" })]) {
      const { ok, steps, refusal } = explain(token);
      assert.equal(refusal?.code ?? "accepted", verdictOf(verify(token)));
      assert.equal(ok, refusal === undefined);
      assert.equal(steps.at(-1)?.ok, ok);
      assert.equal(steps.filter((step) => !step.ok).length, ok ? 0 : 1);
    }
    assert.equal(explain(of(one, "c")).steps.at(-1)?.step, "rules");
    assert.throws(() => createExplainer({ issuers, keys: one.verificationKey } as never), /no option "keys"/);
  });
});
