import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  createVerifier,
  exportPublicJwk,
  hmacKey,
  privateKey,
  publicKey,
  publicKeyOf,
  thumbprint,
  unchecked,
  type VerificationKey,
} from "@cardea/jwt";
import { verdictOf } from "./support/craft.ts";
import {
  ed25519Jwk,
  ed25519PrivateJwk,
  p256D,
  p256Jwk,
  p521D,
  p521Jwk,
  rsaJwk,
  rsaPrivateJwk,
} from "./support/rfcKeys.ts";

const joe = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
const joesClaims = { iss: "joe", exp: 1300819380, "http://example.com/is_root": true };

const hmacSecret = Buffer.from(
  "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
  "base64url",
);

type Vector = {
  readonly key: VerificationKey;
  readonly header: string;
  readonly payload: string;
  readonly sig: string;
};

const vectors: Readonly<Record<string, Vector>> = {
  "RFC 7515 A.1": {
    key: hmacKey(hmacSecret, { alg: "HS256" }),
    header: "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
    payload: joe,
    sig: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
  },
  "RFC 7515 A.2": {
    key: publicKey(rsaJwk, { alg: "RS256" }),
    header: "eyJhbGciOiJSUzI1NiJ9",
    payload: joe,
    sig:
      "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr" +
      "7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--x" +
      "i12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_Ioy" +
      "pGlUPQGe77Rw",
  },
  "RFC 7515 A.3": {
    key: publicKey(p256Jwk, { alg: "ES256" }),
    header: "eyJhbGciOiJFUzI1NiJ9",
    payload: joe,
    sig: "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
  },
  "RFC 7515 A.4": {
    key: publicKey(p521Jwk, { alg: "ES512" }),
    header: "eyJhbGciOiJFUzUxMiJ9",
    payload: "UGF5bG9hZA",
    sig:
      "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJ" +
      "ZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn",
  },
  "RFC 8037 A.4": {
    key: publicKey(ed25519Jwk, { alg: "EdDSA" }),
    header: "eyJhbGciOiJFZERTQSJ9",
    payload: "RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
    sig: "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
  },
};

const verify = ({ key, header, payload, sig }: Vector, secondsBeforeExpiry = 1) =>
  createVerifier({
    keys: key,
    policy: { issuer: "joe", audience: unchecked },
    now: () => (joesClaims.exp - secondsBeforeExpiry) * 1000,
  }).verify(`${header}.${payload}.${sig}`);

describe("the examples of the RFCs", () => {
  for (const name of ["RFC 7515 A.1", "RFC 7515 A.2", "RFC 7515 A.3"]) {
    test(`${name} is accepted until its exp and not after`, () => {
      const vector = vectors[name];
      assert.ok(vector);
      const result = verify(vector);
      assert.ok(result.ok);
      assert.deepEqual({ ...result.claims }, joesClaims);
      assert.equal(verdictOf(verify(vector, 0)), "expired");
    });
  }

  for (const name of ["RFC 7515 A.4", "RFC 8037 A.4"]) {
    test(`${name} passes the signature check and is refused for a payload that is no JSON object`, () => {
      const vector = vectors[name];
      assert.ok(vector);
      assert.equal(verdictOf(verify(vector)), "malformed_payload");
    });
  }

  for (const [name, vector] of Object.entries(vectors)) {
    test(`${name} with another payload says bad_signature`, () => {
      assert.equal(verdictOf(verify({ ...vector, payload: Buffer.from("{}").toString("base64url") })), "bad_signature");
    });
  }
});

describe("the private keys of the RFCs", () => {
  for (const { name, key } of [
    { name: "RFC 7515 A.2", key: privateKey(rsaPrivateJwk, { alg: "RS256" }) },
    { name: "RFC 7515 A.3", key: privateKey({ ...p256Jwk, d: p256D }, { alg: "ES256" }) },
    { name: "RFC 7515 A.4", key: privateKey({ ...p521Jwk, d: p521D }, { alg: "ES512" }) },
    { name: "RFC 8037 A.4", key: privateKey(ed25519PrivateJwk, { alg: "EdDSA" }) },
  ]) {
    test(`${name}: the public half verifies the example`, () => {
      const vector = vectors[name];
      assert.ok(vector);
      assert.match(verdictOf(verify({ ...vector, key: publicKeyOf(key) })), /^(accepted|malformed_payload)$/);
    });
  }
});

describe("thumbprints", () => {
  test("RFC 7638 §3.1, whatever other members the key has", () => {
    const jwk = {
      kty: "RSA",
      n:
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3" +
        "oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdA" +
        "ZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-" +
        "kEgU8awapJzKnqDKgw",
      e: "AQAB",
      alg: "RS256",
      kid: "2011-04-29",
    };
    assert.equal(thumbprint(jwk), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  });

  test("RFC 8037 A.3, the same for both halves", () => {
    const expected = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
    assert.equal(thumbprint(ed25519Jwk), expected);
    assert.equal(thumbprint(ed25519PrivateJwk), expected);
    assert.equal(thumbprint(exportPublicJwk(privateKey(ed25519PrivateJwk, { alg: "EdDSA" }))), expected);
  });

  for (const [name, jwk] of Object.entries({
    "an unknown key type": { kty: "AKP", pub: "AA" },
    "no key type": { x: "AA" },
    "a missing member": { kty: "EC", crv: "P-256", x: p256Jwk.x },
    "an empty member": { ...ed25519Jwk, x: "" },
  })) {
    test(`${name} has no thumbprint`, () => assert.throws(() => thumbprint(jwk), TypeError));
  }
});
