import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createSigner, createVerifier, type Policy, peek, sign } from "@cardea/jwt";
import { type Actor, actors, kid, mainActors } from "./support/actors.ts";
import { assertVerdict, craft, goodClaims, headerOf, policy, verdictOf, verifierOf } from "./support/craft.ts";

/** RFC 7515 §4.1, RFC 7516 §4.1, RFC 7518 §4 and RFC 7797 §3: what the RFCs define is never an extension. */
const defined = "alg jku jwk kid x5u x5c x5t x5t#S256 typ cty crit enc zip b64 epk apu apv iv tag p2s p2c".split(" ");

const known = { critical: ["urn:a", "b"] };
const refusedHeaders: Readonly<Record<string, object>> = {
  "an empty list": { crit: [], "urn:a": 1 },
  "a text": { crit: "urn:a", "urn:a": 1 },
  null: { crit: null, "urn:a": 1 },
  "an object": { crit: { "urn:a": 1 }, "urn:a": 1 },
  true: { crit: true, "urn:a": 1 },
  "the same name twice": { crit: ["urn:a", "urn:a"], "urn:a": 1 },
  "a name that the header does not have": { crit: ["urn:a"] },
  "a second name that the header does not have": { crit: ["urn:a", "b"], "urn:a": 1 },
  "a name that nobody knows": { crit: ["c"], c: 1 },
  "a known name and one that nobody knows": { crit: ["urn:a", "c"], "urn:a": 1, c: 1 },
  "a known name in another case": { crit: ["URN:A"], "URN:A": 1 },
  "a name that is a number": { crit: [1], 1: 1 },
  "a name that is a list": { crit: [["b"]], b: 1 },
  "a name that is null": { crit: [null], null: 1 },
  "an empty name": { crit: [""], "": 1 },
  "a member of every object": { crit: ["constructor"] },
  "b64: false": { crit: ["b64"], b64: false },
  "b64: true": { crit: ["b64"], b64: true },
  "b64 that is not critical": { b64: true },
  "b64 beside a known name": { crit: ["urn:a"], "urn:a": 1, b64: false },
  ...Object.fromEntries(defined.map((name) => [`${name}, which an RFC defines`, { crit: [name] }])),
};
const acceptedHeaders: Readonly<Record<string, object>> = {
  "no crit at all": {},
  "no crit, though the extension is there": { "urn:a": 1 },
  "one known name": { crit: ["urn:a"], "urn:a": 1 },
  "both known names": { crit: ["b", "urn:a"], "urn:a": null, b: { deep: [1] } },
};

for (const actor of mainActors) {
  describe(`RFC 7515 §4.1.11 in verify, ${actor.alg}`, () => {
    for (const [name, members] of Object.entries(refusedHeaders)) {
      test(`refuses ${name}, from a cold and a warm verifier, a second time as well`, () => {
        const token = withHeader(actor, members);
        const warm = verifierOf(actor, known);
        for (const usual of Object.values(acceptedHeaders)) {
          assert.equal(verdictOf(warm.verify(withHeader(actor, usual))), "accepted");
          for (let round = 0; round < 2; round++) assert.equal(verdictOf(warm.verify(token)), "unsupported_critical");
        }
        assertVerdict(actor, [token], "unsupported_critical", known);
        assert.equal(warm.explain(token).steps.at(-1)?.step, "critical");
      });
    }

    for (const [name, members] of Object.entries(acceptedHeaders)) {
      test(`takes ${name}`, () => {
        const token = withHeader(actor, members);
        const { verify } = verifierOf(actor, known);
        for (let round = 0; round < 2; round++) {
          const result = verify(token);
          assert.ok(result.ok);
          assert.deepEqual({ ...result.header }, { alg: actor.alg, typ: "JWT", kid, ...members });
        }
        assertVerdict(actor, [token], "crit" in members ? "unsupported_critical" : "accepted");
      });
    }
  });
}

const withHeader = (actor: Actor, members: object): string => craft(actor, { header: headerOf(actor, members) });

test("a crit written as a name with escapes is read as what it means", () => {
  const { ES256: actor } = actors;
  const header = `{"alg":"ES256","kid":"${kid}","\\u0063rit":["c"],"c":1}`;
  assertVerdict(actor, [craft(actor, { header })], "unsupported_critical", known);
  const taken = `{"alg":"ES256","kid":"${kid}","crit":["\\u0062"],"\\u0062":1}`;
  assertVerdict(actor, [craft(actor, { header: taken })], "accepted", known);
});

const wrongLists: readonly unknown[] = [
  "b",
  null,
  true,
  {},
  [""],
  [7],
  [undefined],
  [["b"]],
  ["b", "b"],
  ...defined.map((name) => ["b", name]),
  ["__proto__"],
];

describe("Policy.critical", () => {
  const { verificationKey: keys } = actors.ES256;

  test("is a list of distinct names, none of which an RFC defines", () => {
    for (const critical of wrongLists) {
      const make = () => createVerifier({ keys, policy: { ...policy, critical } as Policy });
      assert.throws(make, { name: "TypeError", message: /policy: critical must be a list/ });
    }
    for (const critical of [undefined, [], ["b"], ["urn:a", "b"]]) {
      assert.ok(createVerifier({ keys, policy: { ...policy, critical } as Policy }));
    }
  });

  test("is copied: a list that changes later changes nothing", () => {
    const critical = ["b"];
    const { verify } = createVerifier({ keys, policy: { ...policy, critical }, now: () => 1_800_000_000_000 });
    critical.push("c");
    const header = headerOf(actors.ES256, { crit: ["c"], c: 1 });
    assert.equal(verdictOf(verify(craft(actors.ES256, { header }))), "unsupported_critical");
  });
});

describe("SignOptions.critical", () => {
  const { signingKey: key } = actors.ES256;

  test("writes crit, with the members it names", () => {
    const token = sign(goodClaims, key, { header: { "urn:a": 1, b: 2, c: 3 }, critical: ["urn:a", "b"] });
    const expected = { alg: "ES256", typ: "JWT", kid, "urn:a": 1, b: 2, c: 3, crit: ["urn:a", "b"] };
    assert.deepEqual(peek(token)?.unverifiedHeader, expected);
    assertVerdict(actors.ES256, [token], "accepted", known);
    assertVerdict(actors.ES256, [token], "unsupported_critical");
    assertVerdict(actors.ES256, [token], "unsupported_critical", { critical: ["b"] });
    assert.equal("crit" in (peek(sign(goodClaims, key, { header: { b: 2 } }))?.unverifiedHeader ?? {}), false);
  });

  test("names members of the header, at least one, each once, none of which an RFC defines", () => {
    const lists = [...wrongLists, [], ["c"], ["b", "c"], ["constructor"]];
    for (const critical of lists) {
      const options = { key, header: { b: 1 }, critical } as never;
      assert.throws(() => createSigner(options), { name: "TypeError", message: /critical must/ });
      assert.throws(() => sign(goodClaims, key, { header: { b: 1 }, critical } as never), /critical must/);
    }
    for (const name of defined.filter((name) => !["alg", "kid", "typ", "crit", "b64", "zip", "enc"].includes(name))) {
      assert.throws(() => createSigner({ key, header: { [name]: "x" }, critical: [name] }), /critical must/);
    }
  });
});
