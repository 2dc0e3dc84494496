import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createExplainer, createVerifier, explain, keySet, type Policy, unchecked } from "@cardea/jwt";
import { actors, everyActor } from "./support/actors.ts";
import {
  clock,
  countingSchema,
  craft,
  craftClaims,
  headerOf,
  now,
  policy,
  segments,
  verdictOf,
} from "./support/craft.ts";

const actor = actors.ES256;
const { verificationKey: keys } = actor;
const usual = [
  ...["size", "form", "header", "critical", "type", "algorithm", "key", "signature", "payload", "required claims"],
  ...["claim types", "issuer", "audience", "expiry", "not before", "issued at", "order of dates", "lifetime", "schema"],
];
const stepsOf = (options: object, token = craft(actor)) =>
  createExplainer({ keys, policy, now: clock, ...options })(token).steps;

describe("the steps of a good token", () => {
  for (const chosen of everyActor) {
    test(`${chosen.alg}: are the same, in the same order`, () => {
      const wide = { ...policy, maxTokenBytes: 20_000 };
      const { ok, steps } = explain(craft(chosen), { keys: chosen.verificationKey, policy: wide, now: clock });
      assert.equal(ok, true);
      assert.deepEqual(
        steps.map(({ step }) => step),
        usual,
      );
    });
  }

  test("end with revocation where, and only where, there is a hook", () => {
    const names = (options: object) => stepsOf(options).map(({ step }) => step);
    assert.deepEqual(names({ isRevoked: () => false }), [...usual, "revocation"]);
    assert.deepEqual(names({ isRevoked: undefined }), usual);
    const { steps, refusal } = createExplainer({ keys, policy, now: clock, isRevoked: () => true })(craft(actor));
    assert.equal(refusal?.code, "revoked");
    assert.deepEqual([steps.at(-1)?.step, steps.at(-1)?.ok], ["revocation", false]);
  });

  test("are in words what the policy asks", () => {
    const meanings = (changes: Partial<Policy<unknown>>) =>
      Object.fromEntries(
        stepsOf({ policy: { ...policy, ...changes }, isRevoked: () => false }).map(({ step, why }) => [step, why]),
      );
    const plain = meanings({});
    assert.deepEqual(
      [plain.size, plain.critical, plain.type, plain.expiry, plain.lifetime, plain.schema, plain.revocation],
      [
        "at most 8192 bytes",
        "asks for no extension",
        "none, or application/jwt",
        "not reached",
        "not checked",
        "not checked",
        "not revoked",
      ],
    );
    assert.deepEqual(
      [plain["required claims"], plain.issuer, plain.audience],
      ["iss, aud, exp", "an expected one", "an expected one"],
    );
    const other = meanings({
      issuer: unchecked,
      audience: unchecked,
      expiry: unchecked,
      typ: ["JWT", "at+jwt"],
      critical: ["a", "b"],
      maxTokenBytes: 1000,
      claims: countingSchema(() => undefined),
    });
    assert.deepEqual(
      [
        other.size,
        other.critical,
        other.type,
        other.expiry,
        other.schema,
        other["required claims"],
        other.issuer,
        other.audience,
      ],
      [
        ...[
          "at most 1000 bytes",
          "asks for no extension but a and b",
          "application/jwt or application/at+jwt",
          "not checked",
        ],
        ...["accepted by test", "none are required", "not checked", "not checked"],
      ],
    );
    assert.deepEqual(
      [meanings({ maxTtlSeconds: 900 }).lifetime, meanings({ typ: unchecked }).type],
      ["at most 900 s", "not checked"],
    );
  });

  test("hold nothing of the token, and neither key nor claim", () => {
    const token = craftClaims(actor, { sub: "hunter2" });
    const text = JSON.stringify(stepsOf({ isRevoked: () => false }, token));
    for (const secret of ["hunter2", "https://issuer.test", ...segments(token)]) assert.ok(!text.includes(secret));
  });
});

describe("explain says what verify says", () => {
  const tokens = [
    craft(actor),
    "",
    "a.b.c",
    ".".repeat(9000),
    craft(actors.RS256),
    craft(actor, { header: headerOf(actor, { alg: "none" }) }),
    craft(actor, { header: headerOf(actor, { kid: "other" }) }),
    craft(actor, { header: headerOf(actor, { typ: "at+jwt" }) }),
    craft(actor, { header: headerOf(actor, { crit: ["a"], a: 1 }) }),
    craft(actor, { header: "{}" }),
    craft(actor, { payload: "[]" }),
    craft({ ...actor, seal: () => "AAAA" }, { payload: "[]" }),
    ...[{ iss: "x" }, { aud: "x" }, { exp: now }, { exp: undefined }, { nbf: now + 1 }, { iat: now + 1, exp: now }].map(
      (claims) => craftClaims(actor, claims),
    ),
    craftClaims(actor, { exp: now + 10_000 }),
    craftClaims(actor, { exp: "1" }),
    craftClaims(actor, { sub: "mallory" }),
    undefined as unknown as string,
  ];
  const options = {
    keys: keySet([keys]),
    policy: { ...policy, maxTtlSeconds: 1000 },
    now: clock,
    cacheSize: 10,
    isRevoked: ({ claims }: { claims: { sub?: string } }) => claims.sub === "mallory",
  };

  test("with createExplainer, which may be asked many times, and with explain, which may be asked once", () => {
    const { verify } = createVerifier(options);
    const explainer = createExplainer(options);
    const verdicts = new Set<string>();
    for (const token of [...tokens, ...tokens]) {
      const expected = verdictOf(verify(token));
      verdicts.add(expected);
      for (const { ok, refusal, steps } of [explainer(token), explain(token, options)]) {
        assert.equal(refusal?.code ?? "accepted", expected);
        assert.deepEqual([ok, steps.at(-1)?.ok], [expected === "accepted", expected === "accepted"]);
        assert.deepEqual(
          steps.map(({ step }) => step),
          [...usual, "revocation"].slice(0, steps.length),
        );
        assert.ok(steps.slice(0, -1).every((step) => step.ok));
        assert.ok(ok || steps.at(-1)?.why === refusal?.message);
      }
    }
    assert.ok(verdicts.size >= 15, [...verdicts].join());
  });

  test("and refuses the same options", () => {
    for (const wrong of [
      { algorithms: [] },
      { now: 5 },
      { cacheSize: 1 },
      { isRevoked: 1 },
      { keys: {} },
      { policy: {} },
    ]) {
      assert.throws(() => createExplainer({ ...options, ...wrong } as never), TypeError);
      assert.throws(() => explain(craft(actor), { ...options, ...wrong } as never), TypeError);
    }
    assert.throws(
      () => createExplainer({ ...options, algorithms: [] } as never),
      /createExplainer: no option "algorithms"/,
    );
  });
});
