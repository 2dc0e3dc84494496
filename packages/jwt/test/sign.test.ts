import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createSigner, peek, type SignOptions, sign } from "@cardea/jwt";
import { actors, everyActor, kid } from "./support/actors.ts";
import { assertVerdict, goodClaims, segments } from "./support/craft.ts";

const { signingKey: key } = actors.ES256;

describe("sign", () => {
  for (const actor of everyActor) {
    test(`${actor.alg}: makes three segments with the key's alg and kid`, () => {
      const token = sign(goodClaims, actor.signingKey);
      assert.equal(segments(token).length, 3);
      assert.deepEqual(peek(token), {
        unverifiedHeader: { alg: actor.alg, typ: "JWT", kid },
        unverifiedClaims: goodClaims,
      });
      assertVerdict(actor, [token], "accepted");
    });
  }

  test("takes a type and further members of the header", () => {
    const token = sign(goodClaims, key, { typ: "at+jwt", header: { x: [1], jku: "https://issuer.test/jwks" } });
    const expected = { alg: "ES256", typ: "at+jwt", kid, x: [1], jku: "https://issuer.test/jwks" };
    assert.deepEqual(peek(token)?.unverifiedHeader, expected);
    assertVerdict(actors.ES256, [token], "accepted", { typ: "at+jwt" });
  });

  test("leaves out claims that are undefined", () => {
    const claims = peek(sign({ ...goodClaims, nbf: undefined, x: undefined }, key))?.unverifiedClaims;
    assert.deepEqual(claims, goodClaims);
  });

  const refused: Readonly<Record<string, unknown>> = {
    nothing: undefined,
    null: null,
    "a text": "{}",
    "a list": [goodClaims],
    "a Date, whose JSON is a text": new Date(0),
    "an object whose toJSON says something else": { ...goodClaims, toJSON: () => ({ sub: "admin" }) },
    "exp as a Date": { exp: new Date(0) },
    "exp as text": { exp: "1800000000" },
    "exp NaN, which JSON would make null": { exp: Number.NaN },
    "exp Infinity": { exp: Number.POSITIVE_INFINITY },
    "exp in 1e300 s": { exp: 1e300 },
    "exp null": { exp: null },
    "exp below 0": { exp: -1 },
    "exp as bigint": { exp: 1n },
    "nbf as text": { nbf: "0" },
    "iat true": { iat: true },
    "iss as URL": { iss: new URL("https://issuer.test") },
    "sub as number": { sub: 7 },
    "jti null": { jti: null },
    "aud as Set": { aud: new Set(["api"]) },
    "aud with a number": { aud: ["api", 7] },
    "a bigint": { x: 1n },
  };
  for (const [name, claims] of Object.entries(refused)) {
    test(`refuses ${name}`, () => {
      assert.throws(() => sign(claims as object, key), TypeError);
      assert.throws(() => createSigner({ key })(claims as object), TypeError);
    });
  }

  test("refuses a circle", () => {
    const circle: Record<string, unknown> = { ...goodClaims };
    circle.self = circle;
    assert.throws(() => sign(circle, key), TypeError);
  });

  for (const name of ["alg", "kid", "typ", "crit", "b64", "zip", "enc", "__proto__", "toJSON"]) {
    test(`refuses ${name} in the header by hand`, () => {
      const header = Object.fromEntries([[name, () => "x"]]);
      assert.throws(() => sign(goodClaims, key, { header }), /header's/);
    });
  }

  test("refuses a header that is no object, a typ that is no media type and options it does not know", () => {
    for (const header of ["x", [], null, 7]) {
      assert.throws(() => sign(goodClaims, key, { header: header as never }), /header must be an object/);
    }
    for (const typ of ["", "a b", "at+jwt\n", "a/b/c", null, 7, "J'WT"]) {
      assert.throws(() => sign(goodClaims, key, { typ: typ as string }), /media type/);
    }
    assert.throws(() => sign(goodClaims, key, { type: "x" } as SignOptions), /sign: no option "type"/);
    assert.throws(() => createSigner({ key, expiresIn: 5 } as never), /createSigner: no option "expiresIn"/);
  });

  test("refuses what is no key to sign with", () => {
    for (const wrong of [actors.ES256.verificationKey, actors.ES256.keyObject, { ...key }, undefined, null, "secret"]) {
      assert.throws(() => sign(goodClaims, wrong as never), TypeError);
    }
  });
});
