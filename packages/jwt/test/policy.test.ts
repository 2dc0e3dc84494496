import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createVerifier, explain, type Policy, peek, unchecked, verify } from "@cardea/jwt";
import { actors, everyActor, kid } from "./support/actors.ts";
import {
  assertVerdict,
  b64,
  clock,
  craft,
  craftClaims,
  goodClaims,
  headerOf,
  policy,
  segments,
  verdictOf,
  verifierOf,
} from "./support/craft.ts";

const actor = actors.ES256;
const keys = actor.verificationKey;
const make = (changes: object) => () => createVerifier({ keys, policy: { ...policy, ...changes } as Policy });

describe("a policy says all it means", () => {
  test("an unknown option is named, at every door", () => {
    assert.throws(make({ audiences: "api" }), /policy: no option "audiences"/);
    assert.throws(make({ maxAge: 5 }), /policy: no option "maxAge"/);
    const options = { keys, policy, algorithms: ["ES256"] };
    assert.throws(() => createVerifier(options), /createVerifier: no option "algorithms"/);
    assert.throws(() => verify(craft(actor), options), /no option "algorithms"/);
    assert.throws(() => explain(craft(actor), options), /no option "algorithms"/);
    assert.throws(() => createVerifier({ keys, policy, now: 5 as never }), /now must be a function/);
    assert.throws(() => createVerifier({ keys, policy: undefined as never }), /policy: expects an object/);
  });

  for (const name of ["issuer", "audience"]) {
    for (const value of [
      undefined,
      null,
      "",
      [],
      [""],
      ["a", ""],
      ["a", undefined],
      false,
      0,
      "unchecked",
      Symbol("x"),
      /./,
      {},
    ]) {
      const isText = value === "unchecked";
      test(`${name}: ${String(value)} ${isText ? "is a name like any other" : "waives nothing"}`, () => {
        if (isText)
          assertVerdict(actor, [craft(actor)], /issuer/.test(name) ? "wrong_issuer" : "wrong_audience", {
            [name]: value,
          });
        else assert.throws(make({ [name]: value }), new RegExp(`policy: ${name}`));
      });
    }

    test(`${name} that is left out is refused`, () => {
      const { [name as "issuer"]: _, ...rest } = policy;
      assert.throws(() => createVerifier({ keys, policy: rest as Policy }), new RegExp(`policy: ${name}.*unchecked`));
    });
  }

  test("unchecked waives one check and no other", () => {
    const other = { iss: "x", aud: "y" };
    assertVerdict(actor, [craftClaims(actor, other)], "wrong_audience", { issuer: unchecked });
    assertVerdict(actor, [craftClaims(actor, other)], "wrong_issuer", { audience: unchecked });
    const both = { issuer: unchecked, audience: unchecked };
    const without = craftClaims(actor, { iss: undefined, aud: undefined });
    assertVerdict(actor, [craftClaims(actor, other), without], "accepted", both);
    assertVerdict(actor, [craftClaims(actor, { ...other, exp: undefined })], "missing_claim", both);
    assertVerdict(actor, [craftClaims(actor, { iss: 7 })], "malformed_claim", both);
  });

  test("expiry may only be unchecked", () => {
    for (const expiry of [false, null, true, 0, "unchecked"]) assert.throws(make({ expiry }), /policy: expiry/);
    assertVerdict(actor, [craftClaims(actor, { exp: undefined })], "missing_claim", { expiry: undefined });
  });

  for (const [name, values] of [
    ["clockToleranceSeconds", [-1, -0.5, Number.NaN, Number.POSITIVE_INFINITY, "5", null]],
    ["maxTtlSeconds", [-1, -0.5, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, "5", null]],
    ["maxTokenBytes", [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "8192", null]],
    ["required", ["sub", [1], [undefined], {}, null]],
    ["typ", ["", [], null, false, ["JWT", ""], "a b", "jwt;x", "a/b/c", "ſwt", "jwt\n"]],
    ["claims", [{}, { "~standard": {} }, null, () => true, { "~standard": { validate: 1 } }]],
  ] as const) {
    for (const value of values) {
      test(`${name} ${JSON.stringify(value)} is refused`, () =>
        assert.throws(make({ [name]: value }), new RegExp(`policy: ${name}`)));
    }
  }

  test("is copied: a list that changes later changes nothing", () => {
    const audience = ["api"];
    const required = ["sub"];
    const { verify: check } = createVerifier({ keys, policy: { ...policy, audience, required }, now: clock });
    audience.push("evil");
    required.pop();
    assert.equal(verdictOf(check(craftClaims(actor, { aud: "evil" }))), "wrong_audience");
    assert.equal(verdictOf(check(craftClaims(actor, { sub: undefined }))), "missing_claim");
  });

  test("several issuers may be expected", () => {
    const issuer = ["https://other.test", "https://issuer.test"];
    assertVerdict(actor, [craft(actor), craftClaims(actor, { iss: issuer[0] })], "accepted", { issuer });
    assertVerdict(actor, [craftClaims(actor, { iss: issuer.join() })], "wrong_issuer", { issuer });
  });
});

describe("typ (RFC 7515 §4.1.9, RFC 8725 §3.11)", () => {
  const rows: readonly (readonly [expected: unknown, given: string | undefined, verdict: "accepted" | "wrong_type"])[] =
    [
      [undefined, undefined, "accepted"],
      [undefined, "JWT", "accepted"],
      [undefined, "jwt", "accepted"],
      [undefined, "application/JWT", "accepted"],
      [undefined, "at+jwt", "wrong_type"],
      ["JWT", undefined, "wrong_type"],
      ["JWT", "jwt", "accepted"],
      ["at+jwt", "at+jwt", "accepted"],
      ["at+jwt", "AT+JWT", "accepted"],
      ["at+jwt", "application/at+jwt", "accepted"],
      ["at+jwt", "Application/At+Jwt", "accepted"],
      ["application/at+jwt", "at+jwt", "accepted"],
      ["at+jwt", undefined, "wrong_type"],
      ["at+jwt", "JWT", "wrong_type"],
      ["at+jwt", "jwt", "wrong_type"],
      ["at+jwt", "at+jwt ", "wrong_type"],
      ["at+jwt", "text/at+jwt", "wrong_type"],
      ["at+jwt", "application/application/at+jwt", "wrong_type"],
      ["at+jwt", "at+\u017fwt", "wrong_type"],
      ["at+jwt", "application/", "wrong_type"],
      [["at+jwt", "JWT"], "JWT", "accepted"],
      [["at+jwt", "JWT"], "dpop+jwt", "wrong_type"],
      [["at+jwt", "JWT"], undefined, "wrong_type"],
      [unchecked, "whatever it is", "accepted"],
      [unchecked, undefined, "accepted"],
    ];

  for (const [expected, given, verdict] of rows) {
    test(`expected ${String(expected)}, given ${given}: ${verdict}`, () => {
      const token = craft(actor, { header: headerOf(actor, { typ: given }) });
      assertVerdict(actor, [token], verdict, expected === undefined ? {} : { typ: expected });
    });
  }
});

describe("what is accepted", () => {
  for (const chosen of everyActor) {
    test(`${chosen.alg}: claims and header are frozen at every depth`, () => {
      const deep = { x: { list: [{ y: [1, { z: 2 }] }] }, empty: {} };
      const payload = JSON.stringify({ ...goodClaims, ...deep });
      const header = headerOf(chosen, { deep });
      const { verify: check } = verifierOf(chosen);
      for (let round = 0; round < 2; round++) {
        const result = check(craft(chosen, { header, payload }));
        assert.ok(result.ok);
        assertFrozen(result.claims);
        assertFrozen(result.header);
        assert.throws(() => Object.assign(result.claims, { sub: "admin" }), TypeError);
        assert.deepEqual(JSON.parse(JSON.stringify(result.claims)), { ...goodClaims, ...deep });
        assert.deepEqual(JSON.parse(JSON.stringify(result.header)), { alg: chosen.alg, typ: "JWT", kid, deep });
        assert.equal(result.key, chosen.verificationKey);
      }
    });
  }

  test("a refusal is frozen and its message holds nothing of the token", () => {
    const result = verifierOf(actor).verify(craftClaims(actor, { iss: "https://hunter2.test" }));
    assert.ok(!result.ok);
    assertFrozen(result.refusal);
    assert.ok(!/hunter2|eyJ/.test(JSON.stringify(result)));
  });

  test("verify and explain also come as functions", () => {
    const options = { keys, policy, now: clock };
    assert.equal(verdictOf(verify(craft(actor), options)), "accepted");
    assert.equal(verdictOf(verify("a.b.c", options)), "malformed_token");
    assert.equal(explain(craft(actor), options).ok, true);
    assert.equal(verdictOf(verify(craft(actor, { payload: "{}" }), { keys, policy })), "missing_claim");
  });
});

describe("peek", () => {
  test("shows what a token says, whoever wrote it, and freezes it", () => {
    const token = craft({ ...actor, seal: () => "AA" }, { header: '{"alg":"none"}' });
    const peeked = peek(token);
    assert.deepEqual(peeked, { unverifiedHeader: { alg: "none" }, unverifiedClaims: goodClaims });
    assertFrozen(peeked);
    assert.ok(peek(`${token.split(".").slice(0, 2).join(".")}.`));
  });

  test("shows nothing where the signature is no base64url", () => {
    for (const signature of ["=", "a", "AB", "A+/A", " ", "a.b"]) {
      const [header, payload] = segments(craft(actor));
      assert.equal(peek(`${header}.${payload}.${signature}`), undefined);
    }
  });

  test("an empty signature is shown, since an unsigned token may be looked at; two or four parts are not", () => {
    const [header, payload, signature] = segments(craft(actor));
    assert.deepEqual(peek(`${header}.${payload}.`)?.unverifiedClaims, goodClaims);
    const others = [`${header}.${payload}`, `${header}.${payload}..`, `${header}.${payload}.${signature}.`];
    for (const token of [
      ...others,
      `.${header}.${payload}.`,
      `${header}..`,
      `.${payload}.`,
      `${header}.${payload}.${signature}.a`,
    ]) {
      assert.equal(peek(token), undefined, token);
    }
    assert.equal(verdictOf(verifierOf(actor).verify(`${header}.${payload}.`)), "malformed_token");
  });

  test("reads 65536 characters and not one more, whether verify would or not", () => {
    for (const length of [65_536, 65_537]) {
      const token = tokenOfLength(length);
      assert.equal(token.length, length);
      assert.equal(peek(token)?.unverifiedClaims.sub, length === 65_536 ? "alice" : undefined);
    }
  });

  test("shows nothing of what is no token", () => {
    const [header = "", payload = ""] = craft(actor).split(".");
    const none = [
      "",
      ".",
      "..",
      "...",
      header,
      `${header}.${payload}`,
      `${header}.${payload}.a.b`,
      `${header}=.${payload}.a`,
    ];
    const worse = [`${header}.bm90.a`, `.${payload}.a`, `${header} .${payload}.a`, "a".repeat(70_000)];
    for (const token of [...none, ...worse, undefined, null, 7, {}]) assert.equal(peek(token as string), undefined);
  });
});

function assertFrozen(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  assert.ok(Object.isFrozen(value));
  for (const child of Object.values(value)) assertFrozen(child);
}

/** A token of exactly so many characters, of which as many as needed are the signature's. */
function tokenOfLength(length: number): string {
  for (const pad of ["", "x", "xx"]) {
    const unsigned = `${b64('{"alg":"none"}')}.${b64(JSON.stringify({ sub: "alice", pad }))}.`;
    if ((length - unsigned.length) % 4 === 0) return unsigned + "A".repeat(length - unsigned.length);
  }
  return "";
}
