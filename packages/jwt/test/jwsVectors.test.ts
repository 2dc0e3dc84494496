import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hmacKey, importSecretJwk, keySet, privateKey, publicKey, type VerificationKey } from "@cardea/jwt";
import {
  signCompact,
  signFlattened,
  signGeneral,
  verifyCompact,
  verifyFlattened,
  verifyGeneral,
} from "@cardea/jwt/jws";
import { assertSigned, assertVerdicts, refusalIn } from "./support/jws.ts";
import * as rfc7520 from "./support/rfc7520.ts";
import * as rfc7797 from "./support/rfc7797.ts";
import { ed25519Jwk, ed25519PrivateJwk, p256Jwk, p521Jwk, rsaJwk, rsaPrivateJwk } from "./support/rfcKeys.ts";

const joe = '{"iss":"joe",\r\n "exp":1300819380,\r\n "http://example.com/is_root":true}';
const joeSegment = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

const a1 = {
  header: "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
  signature: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
};
const a2 = {
  header: "eyJhbGciOiJSUzI1NiJ9",
  signature:
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr" +
    "7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--x" +
    "i12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_Ioy" +
    "pGlUPQGe77Rw",
};
const a3 = {
  header: "eyJhbGciOiJFUzI1NiJ9",
  signature: "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
};
const a4Signature =
  "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3" +
  "xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";

const mac = hmacKey(Buffer.from(rfc7797.macJwk.k, "base64url"), { alg: "HS256" });
const rsaKid = "2010-12-29";
const ecKid = "e9bc097a-ce51-4036-9562-d2ade882db0d";
const both = keySet([
  publicKey(rsaJwk, { alg: "RS256", kid: rsaKid }),
  publicKey(p256Jwk, { alg: "ES256", kid: ecKid }),
]);
const a6 = {
  payload: joeSegment,
  signatures: [
    { protected: a2.header, header: { kid: rsaKid }, signature: a2.signature },
    { protected: a3.header, header: { kid: ecKid }, signature: a3.signature },
  ],
};

describe("RFC 7515, appendix A", () => {
  for (const { name, keys, jws, payload = joe, typ } of [
    { name: "A.1", keys: mac, jws: `${a1.header}.${joeSegment}.${a1.signature}`, typ: "JWT" },
    { name: "A.2", keys: publicKey(rsaJwk, { alg: "RS256" }), jws: `${a2.header}.${joeSegment}.${a2.signature}` },
    { name: "A.3", keys: publicKey(p256Jwk, { alg: "ES256" }), jws: `${a3.header}.${joeSegment}.${a3.signature}` },
    {
      name: "A.4",
      keys: publicKey(p521Jwk, { alg: "ES512" }),
      jws: `eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.${a4Signature}`,
      payload: "Payload",
    },
  ]) {
    test(`${name} is accepted with its payload`, () => {
      const options = { keys, ...(typ !== undefined && { typ }) };
      assertSigned(verifyCompact(jws, options), payload, keys);
      const [header, , signature] = jws.split(".");
      assertSigned(verifyCompact(`${header}..${signature}`, { ...options, payload }), payload, keys);
    });
  }

  test("A.2 is made again, byte for byte", () => {
    const key = privateKey(rsaPrivateJwk, { alg: "RS256" });
    assert.equal(signCompact(joe, { key }), `${a2.header}.${joeSegment}.${a2.signature}`);
  });

  test("A.5, which is not signed, is refused", () => {
    assert.equal(refusalIn(verifyCompact(`eyJhbGciOiJub25lIn0.${joeSegment}.`, { keys: mac })), "malformed_token");
    const padded = `eyJhbGciOiJub25lIn0.${joeSegment}.AAAA`;
    assert.equal(refusalIn(verifyCompact(padded, { keys: mac })), "wrong_algorithm");
  });

  test("A.6 has two signatures, and both hold", () => {
    for (const accept of ["all", "any"] as const) {
      const result = verifyGeneral(a6, { keys: both, accept });
      assertVerdicts(result, ["accepted", "accepted"], joe);
      assert.deepEqual(
        result.signatures.map((verdict) => verdict.ok && [verdict.key.kid, { ...verdict.unprotectedHeader }]),
        [
          [rsaKid, { kid: rsaKid }],
          [ecKid, { kid: ecKid }],
        ],
      );
    }
  });

  test("A.7 is accepted, as text and parsed", () => {
    const a7 = { payload: joeSegment, protected: a3.header, header: { kid: ecKid }, signature: a3.signature };
    for (const jws of [a7, JSON.stringify(a7), JSON.stringify(a7, undefined, 2)]) {
      const result = verifyFlattened(jws, { keys: both });
      assertSigned(result, joe, both.find(ecKid, "ES256")[0]);
      assert.ok(result.ok);
      assert.deepEqual({ ...result.protectedHeader }, { alg: "ES256" });
      assert.deepEqual({ ...result.unprotectedHeader }, { kid: ecKid });
    }
  });

  test("appendix E asks for an extension that nobody has, and is refused for it", () => {
    const header =
      "eyJhbGciOiJub25lIiwNCiAiY3JpdCI6WyJodHRwOi8vZXhhbXBsZS5jb20vVU5ERUZJTkVEIl0sDQogImh0dHA6Ly9leGFtcGxlLmNvbS9VTk" +
      "RFRklORUQiOnRydWUNCn0";
    assert.equal(refusalIn(verifyCompact(`${header}.RkFJTA.AAAA`, { keys: mac })), "unsupported_critical");
    assert.equal(refusalIn(verifyCompact(`${header}.RkFJTA.`, { keys: mac })), "malformed_token");
  });

  test("RFC 8037 A.4 is accepted and made again, byte for byte", () => {
    const jws =
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4" +
      "ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    const keys = publicKey(ed25519Jwk, { alg: "EdDSA" });
    assertSigned(verifyCompact(jws, { keys }), "Example of Ed25519 signing", keys);
    const key = privateKey(ed25519PrivateJwk, { alg: "EdDSA" });
    assert.equal(signCompact("Example of Ed25519 signing", { key }), jws);
  });
});

describe("RFC 7520, section 4", () => {
  const { bilbo, contentOnly, headers, multiple, partlyProtected, payload, payloadSegment, signatures } = rfc7520;
  const rs256 = privateKey(rfc7520.rsaPrivateJwk, { alg: "RS256" });
  const es512 = privateKey(rfc7520.ecPrivateJwk, { alg: "ES512" });
  const hs256 = hmacKey(Buffer.from(rfc7520.macJwk.k, "base64url"), { alg: "HS256", kid: rfc7520.macKid });
  const keys: Readonly<Record<keyof typeof headers, VerificationKey>> = {
    RS256: publicKey(rfc7520.rsaJwk, { alg: "RS256" }),
    PS384: publicKey(rfc7520.rsaJwk, { alg: "PS384" }),
    ES512: publicKey(rfc7520.ecJwk, { alg: "ES512" }),
    HS256: hs256,
  };

  for (const [section, alg] of [
    ["4.1", "RS256"],
    ["4.2", "PS384"],
    ["4.3", "ES512"],
    ["4.4", "HS256"],
  ] as const) {
    test(`${section}, ${alg}, is accepted in each serialization`, () => {
      const options = { keys: keys[alg] };
      const entry = { protected: headers[alg], signature: signatures[alg] };
      assertSigned(verifyCompact(`${headers[alg]}.${payloadSegment}.${signatures[alg]}`, options), payload, keys[alg]);
      assertSigned(verifyFlattened({ payload: payloadSegment, ...entry }, options), payload, keys[alg]);
      const general = verifyGeneral({ payload: payloadSegment, signatures: [entry] }, { ...options, accept: "all" });
      assertVerdicts(general, ["accepted"], payload);
    });
  }

  for (const [section, alg, key] of [
    ["4.1", "RS256", rs256],
    ["4.4", "HS256", hs256],
  ] as const) {
    test(`${section}, ${alg}, is made again in each serialization, byte for byte`, () => {
      const entry = { protected: headers[alg], signature: signatures[alg] };
      assert.equal(signCompact(payload, { key }), `${headers[alg]}.${payloadSegment}.${signatures[alg]}`);
      assert.deepEqual(signFlattened(payload, { key }), { payload: payloadSegment, ...entry });
      const general = signGeneral(payload, { signers: [{ key }] });
      assert.deepEqual(general, { payload: payloadSegment, signatures: [entry] });
    });
  }

  test("4.5 is detached, is made again, and is accepted with the payload from elsewhere", () => {
    const entry = { protected: headers.HS256, signature: signatures.HS256 };
    const compact = `${headers.HS256}..${signatures.HS256}`;
    assert.equal(signCompact(payload, { key: hs256, detached: true }), compact);
    assert.deepEqual(signFlattened(payload, { key: hs256, detached: true }), entry);
    assert.deepEqual(signGeneral(payload, { signers: [{ key: hs256 }], detached: true }), { signatures: [entry] });
    for (const given of [payload, Buffer.from(payload)]) {
      const options = { keys: hs256, payload: given };
      assertSigned(verifyCompact(compact, options), payload, hs256);
      assertSigned(verifyFlattened(entry, options), payload, hs256);
      assertVerdicts(verifyGeneral({ signatures: [entry] }, { ...options, accept: "all" }), ["accepted"], payload);
    }
  });

  test("4.6 protects the algorithm and not the kid, and is made again", () => {
    const options = { key: hs256, leaveUnprotected: ["kid"] } as const;
    assert.deepEqual(signFlattened(payload, options), partlyProtected);
    const result = verifyFlattened(partlyProtected, { keys: hs256 });
    assertSigned(result, payload, hs256);
    assert.ok(result.ok);
    assert.deepEqual({ ...result.protectedHeader }, { alg: "HS256" });
    assert.deepEqual({ ...result.unprotectedHeader }, { kid: rfc7520.macKid });
  });

  test("4.7 protects the content alone, and is made again", () => {
    const options = { key: hs256, leaveUnprotected: ["alg", "kid"] } as const;
    assert.deepEqual(signFlattened(payload, options), contentOnly);
    const result = verifyFlattened(contentOnly, { keys: hs256 });
    assertSigned(result, payload, hs256);
    assert.ok(result.ok);
    assert.deepEqual({ ...result.protectedHeader }, {});
    assert.deepEqual({ ...result.unprotectedHeader }, { alg: "HS256", kid: rfc7520.macKid });
  });

  /** The RSA and the EC key of the RFC have one kid, which a key set refuses; a source of one's own may do that. */
  const source = {
    find: (kid: string | undefined, alg: string) =>
      Object.values(keys).find((key) => key.kid === kid && key.alg === alg),
  };

  test("4.8 has three signatures with three kinds of headers, and all hold", () => {
    for (const jws of [multiple, JSON.stringify(multiple)]) {
      const result = verifyGeneral(jws, { keys: source, accept: "all" });
      assertVerdicts(result, ["accepted", "accepted", "accepted"], payload);
      assert.deepEqual(
        result.signatures.map((verdict) => verdict.ok && [verdict.key.alg, verdict.key.kid]),
        [
          ["RS256", bilbo],
          ["ES512", bilbo],
          ["HS256", rfc7520.macKid],
        ],
      );
    }
  });

  test("4.8 is made again, but for the signature that is random", () => {
    const made = signGeneral(payload, {
      signers: [
        { key: rs256, leaveUnprotected: ["kid"] },
        { key: es512, leaveUnprotected: ["alg", "kid"] },
        { key: hs256 },
      ],
    });
    const [, random] = made.signatures;
    const [first, second, third] = multiple.signatures;
    assert.ok(random !== undefined && second !== undefined && random.signature !== second.signature);
    assert.deepEqual(made, { ...multiple, signatures: [first, { ...second, signature: random.signature }, third] });
    assertVerdicts(verifyGeneral(made, { keys: source, accept: "all" }), ["accepted", "accepted", "accepted"], payload);
  });
});

describe("RFC 7797, section 4", () => {
  const { attached, detached, encoded, macJwk, payload, unencoded } = rfc7797;
  const key = importSecretJwk(macJwk);
  const keys = mac;

  test("4.1 is the ordinary form, made and accepted", () => {
    assert.equal(signCompact(payload, { key }), encoded);
    assertSigned(verifyCompact(encoded, { keys }), payload, keys);
  });

  test("4.2 is not encoded: made, and accepted by those who said that they take it", () => {
    assert.equal(signCompact(payload, { key, detached: true, unencoded: true }), detached);
    assert.deepEqual(signFlattened(payload, { key, unencoded: true }), unencoded);
    const general = { payload, signatures: [{ protected: unencoded.protected, signature: unencoded.signature }] };
    assert.deepEqual(signGeneral(payload, { signers: [{ key }], unencoded: true }), general);
    const options = { keys, unencoded: "accepted" } as const;
    assertSigned(verifyCompact(detached, { ...options, payload }), payload, keys);
    assertSigned(verifyFlattened(unencoded, options), payload, keys);
    assertVerdicts(verifyGeneral(general, { ...options, accept: "all" }), ["accepted"], payload);
  });

  test("4.2 is refused by everybody else", () => {
    assert.equal(refusalIn(verifyCompact(detached, { keys, payload })), "unsupported_critical");
    assert.equal(refusalIn(verifyFlattened(unencoded, { keys })), "unsupported_critical");
    assert.equal(
      refusalIn(verifyFlattened(unencoded, { keys, unencoded: "refused", critical: ["x"] })),
      "unsupported_critical",
    );
  });

  test("5.2: printable ASCII without dots may go along unencoded", () => {
    assert.equal(signCompact(attached.payload, { key, unencoded: true }), attached.jws);
    assertSigned(verifyCompact(attached.jws, { keys, unencoded: "accepted" }), attached.payload, keys);
  });
});
