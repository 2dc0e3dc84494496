import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createVerifier, type Policy, type RefusalCode, unchecked } from "@cardea/jwt";
import { type Actor, actors, mainActors } from "./support/actors.ts";
import { assertVerdict, craft, craftClaims, goodClaims, now, policy, verdictOf } from "./support/craft.ts";

const year = 365 * 24 * 3600;

/** The text of good claims with a member in exactly this spelling. */
const written = (name: string, value: string): string =>
  JSON.stringify({ ...goodClaims, [name]: "@" }).replace('"@"', value);

/** Payloads under a true signature. */
type PayloadAttack = {
  readonly row: string;
  readonly code: RefusalCode;
  readonly payloads: readonly (string | Uint8Array)[];
};

const good = JSON.stringify(goodClaims);
const after = (members: string) => `${good.slice(0, -1)},${members}}`;

const attacks: readonly PayloadAttack[] = [
  {
    row: "J-21 duplicate claims, at any depth and in any spelling",
    code: "malformed_payload",
    payloads: [
      after('"sub":"admin"'),
      `{"sub":"admin",${good.slice(1)}`,
      after('"sub":"alice"'),
      `{"exp":1,${good.slice(1)}`,
      after('"\\u0073ub":"admin"'),
      after('"s\\u0075b":"admin"'),
      after('"x":{"role":"user","role":"admin"}'),
      after('"x":[[{"a":{"b":1,"c":[],"b":2}}]]'),
      after('"__proto__":1,"__proto__":1'),
      after('"":1,"":1'),
      after('"1":1,"1":1'),
    ],
  },
  {
    row: "J-31, JWT-8 a payload that is no JSON object in UTF-8",
    code: "malformed_payload",
    payloads: [
      ...["[]", `[${good}]`, '"text"', "1", "null", "true", " ", "{", "payload", `${good},`, `${good}{}`, `${good}\0`],
      ...[`\ufeff${good}`, good.replaceAll('"', "'"), after('"x":0300'), after(""), after('"x":NaN')],
      ...[after('"x":"\t"'), after('"x":undefined'), after('"x":1 // '), after('"x":+1'), after('"x":Infinity')],
      Buffer.from(good, "utf16le"),
      Buffer.from(after('"x":"é"'), "latin1"),
      Buffer.concat([Buffer.from(after('"x":"').slice(0, -1)), Buffer.of(0xed, 0xa0, 0x80), Buffer.from('"}')]),
      Buffer.concat([Buffer.from(good.slice(0, -1)), Buffer.of(0xff), Buffer.from("}")]),
      after(`"x":${"[".repeat(32)}${"]".repeat(32)}`),
      after(`"x":${'{"x":'.repeat(800)}1${"}".repeat(800)}`),
    ],
  },
  {
    row: "registered claims of another type",
    code: "malformed_claim",
    payloads: [
      ...["iss", "sub", "jti"].flatMap((name) =>
        ["1", "null", "true", "[]", `["${goodClaims.iss}"]`, "{}"].map((value) => written(name, value)),
      ),
    ],
  },
  {
    row: "NumericDate that is no finite, exact, positive number",
    code: "malformed_claim",
    payloads: ["exp", "nbf", "iat"].flatMap((name) =>
      ["1e999", "-1e999", "-1", "-0.001", "9007199254740993", "1e300", '"1800000300"', '""', "null", "true", "[]", "{}"]
        .concat(`[${now}]`, `"${now}"`, '"Infinity"', '"NaN"', '"2030-01-01T00:00:00Z"')
        .map((value) => written(name, value)),
    ),
  },
  {
    row: "J-35 iat after exp",
    code: "malformed_claim",
    payloads: [written("iat", String(goodClaims.exp + 1))].map((text) => text.replace(/"exp":\d+/, `"exp":${now + 1}`)),
  },
  {
    row: "J-40 an aud that is neither text nor a list of texts",
    code: "malformed_claim",
    payloads: ['{"0":"api"}', '[["api"]]', "1", "null", "true", '["api",1]', '["api",null]', "{}", '{"length":1}'].map(
      (aud) => written("aud", aud),
    ),
  },
  {
    row: "J-40, ASVS-9.2.3, JWT-10 an aud that is not this one",
    code: "wrong_audience",
    payloads: ['"other"', '["other"]', '"api-evil"', '"api "', '"API"', "[]", '""', '"api,other"', '"ap\\u0131"'].map(
      (aud) => written("aud", aud),
    ),
  },
  {
    row: "an iss that is not this one",
    code: "wrong_issuer",
    payloads: [
      "https://issuer.test/",
      "https://ISSUER.test",
      "https://issuer.test ",
      "",
      "https://issuer.test.evil",
    ].map((iss) => written("iss", JSON.stringify(iss))),
  },
];

for (const { row, code, payloads } of attacks) {
  describe(row, () => {
    for (const actor of mainActors) {
      test(actor.alg, () => {
        const tokens = payloads.map((payload) => craft(actor, { payload }));
        // Where iat is above exp, the clock must not be what refuses it.
        assertVerdict(actor, tokens, code, row.startsWith("J-35") ? { clockToleranceSeconds: 2 * year } : {});
      });
    }
  });
}

describe("J-33 a claim that is missing, one at a time", () => {
  for (const name of ["iss", "aud", "exp", "iat", "sub", "jti", "sid"]) {
    test(name, () => {
      const required = ["iss", "aud", "exp", "iat", "sub", "jti", "sid"];
      const whole = { sid: "1" };
      for (const actor of mainActors) {
        assertVerdict(actor, [craftClaims(actor, whole)], "accepted", { required });
        assertVerdict(actor, [craftClaims(actor, { ...whole, [name]: undefined })], "missing_claim", { required });
      }
    });
  }

  for (const name of ["iss", "aud", "exp"]) {
    test(`${name}, without being asked`, () => {
      for (const actor of mainActors)
        assertVerdict(actor, [craftClaims(actor, { [name]: undefined })], "missing_claim");
    });
  }

  test("a claim that only the prototype of every object has is missing", () => {
    for (const name of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
      assertVerdict(actors.HS256, [craft(actors.HS256)], "missing_claim", { required: [name] });
      const text = after(`"${name}":1`);
      assertVerdict(actors.HS256, [craft(actors.HS256, { payload: text })], "accepted", { required: [name] });
    }
  });

  test("nor does an own __proto__ lend its claims", () => {
    const payload = `{"__proto__":${good}}`;
    assertVerdict(actors.HS256, [craft(actors.HS256, { payload })], "missing_claim");
    assert.equal(Object.hasOwn(Object.prototype, "sub"), false);
  });
});

describe("J-40 an aud that contains this one", () => {
  for (const aud of ["api", ["api"], ["other", "api"], ["api", "api"], ["", "api"]]) {
    test(JSON.stringify(aud), () => {
      for (const actor of mainActors) assertVerdict(actor, [craftClaims(actor, { aud })], "accepted");
    });
  }

  test("one of several expected is enough, none is not", () => {
    const changes = { audience: ["billing", "api"] };
    assertVerdict(actors.ES256, [craft(actors.ES256)], "accepted", changes);
    assertVerdict(actors.ES256, [craftClaims(actors.ES256, { aud: ["x", "y"] })], "wrong_audience", changes);
  });
});

describe("J-35, J-36, ASVS-9.2.1 dates against the clock", () => {
  const actor = actors.ES256;
  type Row = readonly [rule: string, at: number, claims: object, changes: object, expected: string];

  const rows: readonly Row[] = [
    ["accepts a second before exp", -1, { exp: now, iat: now - 9 }, {}, "accepted"],
    ["accepts a millisecond before exp", -0.001, { exp: now, iat: now - 9 }, {}, "accepted"],
    ["refuses a token that expires this very second", 0, { exp: now }, {}, "expired"],
    ["refuses a second after exp", 1, { exp: now }, {}, "expired"],
    ["accepts within the tolerance after exp", 4.999, { exp: now }, { clockToleranceSeconds: 5 }, "accepted"],
    ["refuses at exp and tolerance", 5, { exp: now }, { clockToleranceSeconds: 5 }, "expired"],
    ["refuses at exp, tolerance and a second", 6, { exp: now }, { clockToleranceSeconds: 5 }, "expired"],
    ["takes a fraction of a second in exp", 0, { exp: now + 0.5 }, {}, "accepted"],
    ["counts a fraction of a second in exp", 0.5, { exp: now + 0.5 }, {}, "expired"],
    ["refuses exp 0", 0, { exp: 0, iat: 0 }, {}, "expired"],
    ["accepts at nbf", 0, { nbf: now }, {}, "accepted"],
    ["refuses before nbf", -0.001, { nbf: now, iat: now - 9 }, {}, "not_yet_valid"],
    ["accepts within the tolerance before nbf", -5, { nbf: now }, { clockToleranceSeconds: 5 }, "accepted"],
    ["refuses before the tolerance of nbf", -5.001, { nbf: now }, { clockToleranceSeconds: 5 }, "not_yet_valid"],
    ["refuses nbf after exp", 0, { nbf: now + year }, {}, "not_yet_valid"],
    ["accepts at iat", 0, { iat: now }, {}, "accepted"],
    ["takes a fraction of a second as tolerance", 0.49, { exp: now }, { clockToleranceSeconds: 0.5 }, "accepted"],
    ["counts a fraction of a second as tolerance", 0.5, { exp: now }, { clockToleranceSeconds: 0.5 }, "expired"],
    ["refuses before iat", -0.001, { iat: now }, {}, "issued_in_the_future"],
    ["refuses iat in a year", 0, { iat: now + year, exp: now + 2 * year }, {}, "issued_in_the_future"],
    ["accepts within the tolerance before iat", -5, { iat: now }, { clockToleranceSeconds: 5 }, "accepted"],
    ["accepts iat at exp", -1, { iat: now - 5, exp: now }, {}, "accepted"],
    ["accepts no iat", 0, { iat: undefined }, {}, "accepted"],
    ["accepts the longest life", 0, { exp: now + 60 }, { maxTtlSeconds: 60 }, "accepted"],
    ["refuses a longer life", 0, { exp: now + 61 }, { maxTtlSeconds: 60 }, "lifetime_too_long"],
    ["refuses no iat where life is limited", 0, { iat: undefined }, { maxTtlSeconds: 999 }, "missing_claim"],
    [
      "tolerance does not lengthen life",
      0,
      { exp: now + 61 },
      { maxTtlSeconds: 60, clockToleranceSeconds: 9 },
      "lifetime_too_long",
    ],
    ["takes the largest exact exp", 0, { exp: Number.MAX_SAFE_INTEGER }, {}, "accepted"],
    ["without expiry, an old exp is not compared", 0, { exp: 1, iat: 0 }, { expiry: unchecked }, "accepted"],
    ["without expiry, exp may be missing", 0, { exp: undefined }, { expiry: unchecked }, "accepted"],
    ["without expiry, exp is still a date", 0, { exp: "never" }, { expiry: unchecked }, "malformed_claim"],
    ["without expiry, nbf still counts", 0, { nbf: now + 1 }, { expiry: unchecked }, "not_yet_valid"],
    [
      "without expiry, a limited life needs exp",
      0,
      { exp: undefined },
      { expiry: unchecked, maxTtlSeconds: 9 },
      "missing_claim",
    ],
  ];

  for (const [rule, at, claims, changes, expected] of rows) {
    test(rule, () => assert.equal(judge(actor, { claims, changes, milliseconds: (now + at) * 1000 }), expected));
  }

  test("a clock that gives no number accepts nothing", () => {
    for (const milliseconds of [Number.NaN, undefined, "soon", {}]) {
      for (const changes of [{}, { expiry: unchecked }]) {
        assert.notEqual(judge(actor, { claims: {}, changes, milliseconds: milliseconds as number }), "accepted");
      }
    }
  });

  test("the clock is asked anew for each token", () => {
    let milliseconds = now * 1000;
    const { verify } = createVerifier({ keys: actor.verificationKey, policy, now: () => milliseconds });
    const token = craft(actor);
    assert.equal(verdictOf(verify(token)), "accepted");
    milliseconds += 300_000;
    assert.equal(verdictOf(verify(token)), "expired");
  });

  type Situation = { readonly claims: object; readonly changes: object; readonly milliseconds: number };

  function judge(signer: Actor, { claims, changes, milliseconds }: Situation): string {
    const changed: Policy = { ...policy, ...changes };
    const verifier = createVerifier({ keys: signer.verificationKey, policy: changed, now: () => milliseconds });
    return verdictOf(verifier.verify(craftClaims(signer, claims)));
  }
});
