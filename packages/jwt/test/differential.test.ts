import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createVerifier } from "@cardea/jwt";
import { parseStrictJson } from "@cardea/jwt/strict-json";
import fc from "fast-check";
import { type Actor, actors } from "./support/actors.ts";
import { b64, clock, craft, goodClaims, headerOf, now, policy, segments } from "./support/craft.ts";
import { naiveJson } from "./support/naiveJson.ts";
import { naiveVerify } from "./support/naiveVerify.ts";

/** A change of one place of a text: so many characters away, others in their place. */
type Edit = { readonly at: number; readonly removed: number; readonly added: string };

const anyEdit = (pieces: readonly string[]): fc.Arbitrary<Edit> =>
  fc.record({
    at: fc.nat(400),
    removed: fc.constantFrom(0, 0, 1, 1, 2, 5),
    added: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 2, unit: "binary" })),
  });

const edited = (text: string, edits: readonly Edit[]): string =>
  edits.reduce((before, { at, removed, added }) => {
    const from = at % (before.length + 1);
    return before.slice(0, from) + added + before.slice(from + removed);
  }, text);

const jsonPieces = [
  ...['"', "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\t", "0", "1", "-", ".", "e", "E9", "+", "\u0000", "\ufeff"],
  ...["\\u0061", "\\n", "\\", "null", "true", "1e999", "-0", "01", "é", "\u2028", "\ud800", "\\ud800", "\ud83d\ude00"],
  ...[
    '"exp":1,',
    '"exp":1800000100,',
    '"iss":"https://issuer.test",',
    '"aud":["api"],',
    '"nbf":1800000001,',
    '"x":{},',
  ],
  ...[
    '"alg":"none",',
    '"crit":["x"],',
    '"b64":true,',
    '"kid":"other",',
    '"typ":"jwt",',
    '"__proto__":{},',
    '"\\u0061lg":1,',
  ],
];
const tokenPieces = [
  "A",
  "w",
  "_",
  "-",
  "+",
  "/",
  "=",
  "==",
  ".",
  "..",
  " ",
  "\n",
  "\u0176",
  "\u0141",
  "e30",
  "ey",
  "0",
];

const odd: readonly fc.Arbitrary<string>[] = [
  fc.json(),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify({ ...goodClaims, x: value }, undefined, 1)),
  fc
    .constantFrom("[".repeat(31) + "]".repeat(31), "[".repeat(32) + "]".repeat(32))
    .map((deep) => `{"x":${deep},${JSON.stringify(goodClaims).slice(1)}`),
  fc
    .dictionary(
      fc.constantFrom("iss", "aud", "exp", "nbf", "iat", "sub", "jti", "x"),
      fc.oneof(
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom<unknown>("api", ["api"], now, now + 1, now - 1, 0, -1, 2 ** 53, 1.5),
      ),
      { maxKeys: 2 },
    )
    .map((changes) => JSON.stringify({ ...goodClaims, ...changes })),
];

const anyTextLike = (usual: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.array(anyEdit(jsonPieces), { maxLength: 2 }).map((edits) => edited(usual, edits)) },
    ...odd.map((arbitrary) => ({ weight: 1, arbitrary })),
  );

/** A token of texts like these, in another spelling now and then, and a true signature over it; then edited itself. */
const anyToken = (actor: Actor): fc.Arbitrary<string> =>
  fc
    .record({
      header: anyTextLike(headerOf(actor)),
      payload: anyTextLike(JSON.stringify(goodClaims)),
      spelling: fc.constantFrom(b64, b64, b64, b64, latin1, padded, aliased),
      edits: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(anyEdit(tokenPieces), { maxLength: 2 })),
    })
    .map(({ header, payload, spelling, edits }) => {
      const input = `${b64(header)}.${spelling(payload)}`;
      return edited(`${input}.${actor.seal(input)}`, edits);
    });

const latin1 = (text: string): string => Buffer.from(text, "latin1").toString("base64url");
const padded = (text: string): string => Buffer.from(text).toString("base64");
const aliased = (text: string): string => `${b64(text).slice(0, -1)}x`;

describe("verify agrees with a naive implementation straight from the RFCs", () => {
  for (const [actor, numRuns] of [
    [actors.HS256, 3000],
    [actors.ES256, 800],
    [actors.EdDSA, 800],
  ] as const) {
    test(`${actor.alg}: over edited and generated tokens, cold, warm and with a cache`, () => {
      const verifiers = [0, 0, 50].map((cacheSize) =>
        createVerifier({ keys: actor.verificationKey, policy, now: clock, cacheSize }),
      );
      for (const { verify } of verifiers.slice(1)) assert.ok(verify(craft(actor)).ok);
      const count = { accepted: 0, refused: 0 };
      const property = fc.property(anyToken(actor), (token) => {
        const expected = naiveVerify(token, actor, now);
        count[expected ? "accepted" : "refused"]++;
        for (const { verify } of verifiers) {
          for (let round = 0; round < 2; round++) assert.equal(verify(token).ok, expected, token);
        }
      });
      fc.assert(property, { numRuns });
      assert.ok(count.accepted > numRuns / 50 && count.refused > numRuns / 50, JSON.stringify(count));
    });
  }

  test("the naive one takes a good token and refuses each of its parts alone", () => {
    for (const actor of [actors.HS256, actors.ES256, actors.EdDSA]) {
      assert.equal(naiveVerify(craft(actor), actor, now), true);
      assert.equal(naiveVerify(craft(actor), actor, goodClaims.exp), false);
      for (const part of segments(craft(actor))) assert.equal(naiveVerify(part, actor, now), false);
    }
  });
});

describe("parseStrictJson agrees with a naive strict parser", () => {
  const strictly = (text: string): { readonly value: unknown } | undefined => {
    try {
      return { value: parseStrictJson(text) };
    } catch (error) {
      if (error instanceof Error && error.name === "StrictJsonError") return undefined;
      throw error;
    }
  };

  const anyText = fc.oneof(
    anyTextLike(JSON.stringify({ ...goodClaims, a: [1, { b: "\\", c: '"' }], "d\\": {}, "": null })),
    anyTextLike('{"a":{"a":[{"a":1},{"a":2}]},"b":"{\\"a\\":1,\\"a\\":2}","\\u0061b":0}'),
    fc.json().chain(anyTextLike),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc
      .array(fc.constantFrom("{", "}", "[", "]", '"', ",", ":", "\\", "a", "1", " ", '"a":', "1,"), { maxLength: 14 })
      .map((parts) => parts.join("")),
  );

  test("about what is JSON with unique members, and about what it says", () => {
    const property = fc.property(anyText, (text) => {
      assert.deepEqual(JSON.stringify(strictly(text)), JSON.stringify(naiveJson(text)), text);
    });
    fc.assert(property, { numRuns: 6000 });
  });

  test("about every edit of one character of a small text", () => {
    const text = '{"a":[1,"\\"",{"b":-0.5e1}],"\\u0061b":null}';
    for (let at = 0; at <= text.length; at++) {
      for (const removed of [0, 1]) {
        for (const added of ["", ...'{}[]",:\\/-+.eE0179abnu\t \u0000\u2028']) {
          const other = text.slice(0, at) + added + text.slice(at + removed);
          assert.equal(JSON.stringify(strictly(other)), JSON.stringify(naiveJson(other)), other);
        }
      }
    }
  });
});
