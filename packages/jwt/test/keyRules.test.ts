import assert from "node:assert/strict";
import { type JsonWebKey, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import {
  exportSecretJwk,
  generateKey,
  hmacKey,
  importSecretJwk,
  keySetFromJwks,
  privateKey,
  publicKey,
} from "@cardea/jwt";
import { actors, pairActors, publicJwk, secretJwk } from "./support/actors.ts";

const odd = (jwk: object): JsonWebKey => jwk as JsonWebKey;

describe("alg, use and key_ops of a JWK are honoured (RFC 7517 §4.2 to §4.4)", () => {
  const forbidVerifying: readonly object[] = [
    { alg: "ES384" },
    { alg: "RS256" },
    { alg: "none" },
    { alg: "" },
    { alg: null },
    { use: "enc" },
    { use: "SIG" },
    { use: "" },
    { use: null },
    { use: ["sig"] },
    { key_ops: ["sign"] },
    { key_ops: ["encrypt"] },
    { key_ops: [] },
    { key_ops: "verify" },
    { key_ops: null },
    { key_ops: ["verify", "verify"] },
    { use: "sig", key_ops: ["deriveKey"] },
  ];
  for (const members of forbidVerifying) {
    test(`no verifying with ${JSON.stringify(members)}`, () => {
      assert.throws(() => publicKey(odd({ ...publicJwk, ...members }), { alg: "ES256" }), TypeError);
    });
  }

  for (const members of [{ alg: "ES512" }, { use: "enc" }, { key_ops: ["verify"] }, { key_ops: ["sign", "sign"] }]) {
    test(`no signing with ${JSON.stringify(members)}`, () => {
      assert.throws(() => privateKey(odd({ ...secretJwk, ...members }), { alg: "ES256" }), TypeError);
      assert.throws(() => importSecretJwk(odd({ ...secretJwk, alg: "ES256", ...members })), TypeError);
      const oct = exportSecretJwk(actors.HS256.signingKey);
      assert.throws(() => importSecretJwk(odd({ ...oct, ...members })), TypeError);
    });
  }

  test("both operations at once are fine", () => {
    const both = { key_ops: ["sign", "verify"], use: "sig" };
    assert.equal(publicKey({ ...publicJwk, ...both }, { alg: "ES256" }).kind, "public");
    assert.equal(privateKey({ ...secretJwk, ...both }, { alg: "ES256" }).kind, "private");
  });

  for (const actor of pairActors) {
    test(`${actor.alg}: a public key with private members is refused, each one`, () => {
      const whole = actor.keyObject.export({ format: "jwk" });
      const open = actor.publicKeyObject.export({ format: "jwk" });
      assert.throws(() => publicKey(whole, { alg: actor.alg }), /private members/);
      for (const name of ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"]) {
        assert.throws(() => publicKey({ ...open, [name]: "AAAA" }, { alg: actor.alg }), /private members/);
        assert.throws(() => keySetFromJwks({ keys: [{ ...open, [name]: "AAAA" }] }), /secret/);
      }
    });
  }
});

describe("kid", () => {
  test("comes from the option, else from the JWK", () => {
    const jwk = { ...publicJwk, kid: "from the JWK" };
    assert.equal(publicKey(jwk, { alg: "ES256" }).kid, "from the JWK");
    assert.equal(publicKey(jwk, { alg: "ES256", kid: "given" }).kid, "given");
    assert.equal(publicKey(jwk, { alg: "ES256", kid: undefined }).kid, "from the JWK");
    assert.equal(privateKey({ ...secretJwk, kid: "from the JWK" }, { alg: "ES256" }).kid, "from the JWK");
  });

  for (const wrong of ["", 7, null, ["a"], "\ud800"]) {
    test(`${JSON.stringify(wrong)} is none`, () => {
      const options = { alg: "ES256", kid: wrong as string } as const;
      assert.throws(() => publicKey(publicJwk, options), /kid/);
      assert.throws(() => privateKey(secretJwk, options), /kid/);
      assert.throws(() => hmacKey(randomBytes(32), { ...options, alg: "HS256" }), /kid/);
      assert.throws(() => publicKey(odd({ ...publicJwk, kid: wrong }), { alg: "ES256" }), /kid/);
    });
  }
});

describe("a key has one algorithm of its kind", () => {
  test("names that are none are refused, and the message says which there are", () => {
    for (const alg of ["none", "es256", "", undefined, null, ["ES256"], "constructor", "__proto__", 256]) {
      for (const make of [publicKey, privateKey, hmacKey, generateKey] as const) {
        const options = make === generateKey ? {} : { alg };
        const call = () => (make as (...given: unknown[]) => unknown)(make === generateKey ? alg : publicJwk, options);
        assert.throws(call, { name: "TypeError", message: /ES256/ });
      }
    }
  });

  test("a pair has no HMAC, a secret has no pair", () => {
    assert.throws(() => publicKey(publicJwk, { alg: "HS256" as never }), /shared secret/);
    assert.throws(() => privateKey(secretJwk, { alg: "HS256" as never }), /shared secret/);
    assert.throws(() => hmacKey(randomBytes(64), { alg: "RS256" as never }), /key pair/);
  });

  test("a misspelt option is named", () => {
    const options = { alg: "ES256", KID: "x" } as const;
    assert.throws(() => publicKey(publicJwk, options), /publicKey: no option "KID"/);
    assert.throws(() => privateKey(secretJwk, options), /privateKey: no option "KID"/);
    assert.throws(() => hmacKey(randomBytes(32), { ...options, alg: "HS256" }), /hmacKey: no option "KID"/);
    assert.throws(() => generateKey("ES256", { bits: 1 } as object), /generateKey: no option "bits"/);
    assert.throws(() => publicKey(publicJwk, "ES256" as never), /object of options/);
  });

  test("importSecretJwk needs an alg and a secret of its type", () => {
    const oct = exportSecretJwk(actors.HS256.signingKey);
    const wrong = [null, [], {}, secretJwk, { ...publicJwk, alg: "ES256" }, { ...oct, kty: "RSA" }, { ...oct, k: "" }];
    const worse = [
      { ...oct, k: "AAAA" },
      { ...oct, k: `${oct.k}=` },
      { ...oct, alg: "HS512" },
      { ...oct, alg: "ES256" },
    ];
    for (const jwk of [...wrong, ...worse]) assert.throws(() => importSecretJwk(odd(jwk as object)), TypeError);
  });
});
