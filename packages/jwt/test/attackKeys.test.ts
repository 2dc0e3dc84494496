import assert from "node:assert/strict";
import { createECDH, createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { exportSecretJwk, type HmacAlgorithmName, hmacKey, privateKey, publicKey } from "@cardea/jwt";
import { actors, rareActors } from "./support/actors.ts";
import { assertWeak } from "./support/assertWeak.ts";

describe("J-45 Ed25519 keys that anyone can sign for", () => {
  const smallOrder = {
    "order 1": "0100000000000000000000000000000000000000000000000000000000000000",
    "order 2": "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "order 4": "0000000000000000000000000000000000000000000000000000000000000000",
    "order 4, the other": "0000000000000000000000000000000000000000000000000000000000000080",
    "order 8, the first": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "order 8, the second": "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "order 8, the third": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "order 8, the fourth": "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "order 1, with a sign": "0100000000000000000000000000000000000000000000000000000000000080",
    "order 2, with a sign": "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "order 4, as p": "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "order 4, as p with a sign": "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "order 1, as p + 1": "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "order 1, as p + 1 with a sign": "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  };
  const spki = (point: Buffer) => Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), point]);

  for (const [name, hex] of Object.entries(smallOrder)) {
    test(name, () => {
      const point = Buffer.from(hex, "hex");
      const jwk = { kty: "OKP", crv: "Ed25519", x: point.toString("base64url") };
      assertWeak(jwk, "EdDSA", /small order/);
      const pem = `-----BEGIN PUBLIC KEY-----\n${spki(point).toString("base64")}\n-----END PUBLIC KEY-----\n`;
      for (const form of [spki(point), pem, createPublicKey({ key: jwk, format: "jwk" })]) {
        assert.throws(() => publicKey(form, { alg: "EdDSA" }), /small order/);
        assert.throws(() => publicKey(form, { alg: "Ed25519" }), /small order/);
      }
    });
  }

  for (const [name, bytes] of Object.entries({
    "y = 2, which no point has": Buffer.concat([Buffer.of(2), Buffer.alloc(31)]),
    "y = p + 3, a second spelling": Buffer.concat([Buffer.of(0xf0), Buffer.alloc(30, 0xff), Buffer.of(0x7f)]),
    "31 bytes": randomBytes(31),
    "33 bytes": randomBytes(33),
  })) {
    test(`refuses ${name}`, () => {
      assertWeak({ kty: "OKP", crv: "Ed25519", x: bytes.toString("base64url") }, "EdDSA", /not a point|32 bytes/);
    });
  }

  test("takes fifty honest keys", () => {
    for (let round = 0; round < 50; round++) publicKey(generateKeyPairSync("ed25519").publicKey, { alg: "EdDSA" });
  });
});

describe("JWT-5 points that are not on the curve", () => {
  const p256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  const { x = "", y = "" } = actors.ES256.publicKeyObject.export({ format: "jwk" });
  const member = (number: bigint) => Buffer.from(number.toString(16).padStart(64, "0"), "hex").toString("base64url");
  const number = (text: string) => BigInt(`0x${Buffer.from(text, "base64url").toString("hex")}`);
  const zero = member(0n);

  const rows = {
    "another y": { x, y: member(number(y) ^ 1n) },
    "x and y swapped": { x: y, y: x },
    "the origin, which stands for infinity": { x: zero, y: zero },
    "x above the field": {
      x: member(p256 + 5n),
      y: member(0x459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbccn),
    },
    "a shortened x": { x: Buffer.from(x, "base64url").subarray(1).toString("base64url"), y },
    "a lengthened x": { x: Buffer.concat([Buffer.of(0), Buffer.from(x, "base64url")]).toString("base64url"), y },
    "no y": { x },
    "an x that is no text": { x: 1 as unknown as string, y },
  };

  for (const [name, members] of Object.entries(rows)) {
    test(name, () => assertWeak({ kty: "EC", crv: "P-256", ...members }, "ES256", /not a point|base64url/));
  }

  test("a number of P-521 without its leading zero byte (RFC 7518 §6.2.1.2)", () => {
    const jwk = {
      kty: "EC",
      crv: "P-521",
      x: "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
      y: "NKZEDjdnUNI3H9G9wsjztx0vTuXqNDLIFcyjFWD-XZOH7HdLVYOGMOXLv1qMvgqR3QBkxpmaH25uZ_rd7eTIyPY",
    };
    assertWeak(jwk, "ES512", /not a point/);
  });
});

/** A key that not every runtime makes. */
function ifKnown(make: () => KeyObject): readonly KeyObject[] {
  try {
    return [make()];
  } catch {
    return [];
  }
}

describe("a curve is fixed by the algorithm", () => {
  /** Twice the generator of secp256k1; written down, as not every runtime can make such a key. */
  const koblitz = {
    kty: "EC",
    crv: "secp256k1",
    x: "xgR_lEHtfW0wRUBulcB82Fx3jkuM7zynq6wJuVxwnuU",
    y: "GuFo_qY9wzmjxYQZRmzq7vf2MmUyZtDhI2QxqVDP5So",
  };

  test("secp256k1 is not ES256, in any form", () => {
    const message = /takes a key of type EC P-256/;
    assert.throws(() => publicKey(koblitz, { alg: "ES256" }), message);
    for (const { alg, keyObject: secret, publicKeyObject: open } of rareActors.filter(({ alg }) => alg === "ES256K")) {
      for (const form of [
        open,
        open.export({ type: "spki", format: "pem" }).toString(),
        open.export({ type: "spki", format: "der" }),
      ]) {
        assert.throws(() => publicKey(form, { alg: "ES256" }), message, alg);
      }
      for (const form of [secret, secret.export({ type: "sec1", format: "pem" }).toString()]) {
        assert.throws(() => privateKey(form, { alg: "ES256" }), message, alg);
      }
    }
  });

  test("a secp256k1 point that calls itself P-256 is not on that curve", () => {
    assertWeak({ ...koblitz, crv: "P-256" }, "ES256", /not a point/);
  });

  test("keys of other types and curves are refused", () => {
    const others = [
      actors.ES384.publicKeyObject,
      actors.ES512.publicKeyObject,
      actors.EdDSA.publicKeyObject,
      actors.RS256.publicKeyObject,
      generateKeyPairSync("x25519").publicKey,
      ...ifKnown(() => generateKeyPairSync("ed448").publicKey),
      ...ifKnown(() => generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).publicKey),
    ];
    for (const other of others) assert.throws(() => publicKey(other, { alg: "ES256" }), TypeError);
    const [, , ed25519, , ...strangers] = others;
    assert.ok(ed25519);
    for (const stranger of strangers) {
      for (const alg of ["EdDSA", "RS256", "PS256"] as const) {
        assert.throws(() => publicKey(stranger, { alg }), TypeError);
      }
    }
  });
});

describe("J-48, JWT-6, CS-JW1 weak HMAC secrets", () => {
  const utf8 = (text: string) => Buffer.from(text);
  const rows: readonly (readonly [name: string, secret: Uint8Array, alg: HmacAlgorithmName, message: RegExp])[] = [
    ["secret", utf8("secret"), "HS256", /at least 32 bytes; it has 6/],
    ["changeme", utf8("changeme"), "HS256", /at least 32 bytes/],
    ["nothing", new Uint8Array(), "HS256", /at least 32 bytes/],
    ["31 bytes for HS256", randomBytes(31), "HS256", /at least 32 bytes; it has 31/],
    ["47 bytes for HS384", randomBytes(47), "HS384", /at least 48 bytes/],
    ["32 bytes for HS512", randomBytes(32), "HS512", /at least 64 bytes/],
    ["all zero", new Uint8Array(64), "HS512", /repeats itself/],
    ["one letter", utf8("a".repeat(40)), "HS256", /repeats itself/],
    ["a word repeated", utf8("password".repeat(4)), "HS256", /repeats itself/],
    ["a word repeated and cut", utf8("correcthorse".repeat(6)).subarray(0, 67), "HS512", /repeats itself/],
    ["a sentence twice", utf8("the quick brown fox jumps over a lazy dog".repeat(2)), "HS512", /repeats itself/],
    [
      "seven different bytes",
      Buffer.from(Array.from({ length: 64 }, (_, at) => (at * at * at) % 7)),
      "HS256",
      /repeats/,
    ],
  ];

  for (const [name, secret, alg, message] of rows) {
    test(`refuses ${name}`, () => assert.throws(() => hmacKey(secret, { alg }), { name: "TypeError", message }));
  }

  test("refuses a certificate, as PEM, DER or base64", () => {
    const pem = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
    for (const secret of [utf8(pem), utf8(certificate), Buffer.from(certificate, "base64")]) {
      assert.throws(() => hmacKey(secret, { alg: "HS256" }), /PEM, DER or JWK/);
    }
  });

  test("refuses an OpenSSH public key", () => {
    const point = createECDH("prime256v1").generateKeys("base64");
    for (const line of [`ssh-ed25519 ${point} me@here`, `ecdsa-sha2-nistp256 ${point}`]) {
      assert.throws(() => hmacKey(utf8(line), { alg: "HS256" }), /PEM, DER or JWK/);
    }
  });

  test("refuses a secret that is no bytes", () => {
    for (const secret of ["a".repeat(64), new Array(64).fill(7), new ArrayBuffer(64), new Uint16Array(64), null]) {
      assert.throws(() => hmacKey(secret as unknown as Uint8Array, { alg: "HS256" }), /must be a Uint8Array/);
    }
  });

  test("takes random bytes, random text and longer secrets", () => {
    for (let round = 0; round < 100; round++) {
      const bytes = randomBytes(32);
      hmacKey(bytes, { alg: "HS256" });
      hmacKey(utf8(bytes.toString("base64")), { alg: "HS256" });
      hmacKey(utf8(bytes.toString("hex")), { alg: "HS512" });
    }
    hmacKey(randomBytes(1000), { alg: "HS512" });
  });

  test("keeps its own copy of the secret", () => {
    const secret = randomBytes(32);
    const key = hmacKey(secret, { alg: "HS256" });
    const before = exportSecretJwk(key).k;
    secret.fill(0);
    assert.equal(exportSecretJwk(key).k, before);
  });
});

/** Self-signed, of P-256; its private key was never kept. */
const certificate =
  "MIIBgjCCASmgAwIBAgIUQernPI7uMRlPEiMaKhxbJTXiE0owCgYIKoZIzj0EAwIwFjEUMBIGA1UEAwwLY2FyZGVhLXRlc3QwIBcN" +
  "MjYxMTI0MTU0NzQxWhgPMjEyNjEwMzExNTQ3NDFaMBYxFDASBgNVBAMMC2NhcmRlYS10ZXN0MFkwEwYHKoZIzj0CAQYIKoZIzj0D" +
  "AQcDQgAEn2lc9nF7d2ry1FFmm3dnxLJa6Cf/otdISb0ktBn7ZjvNVBqSecfMGDfKTF2PlXHWDlBzecF+feTPkE9m1mU23qNTMFEw" +
  "HQYDVR0OBBYEFLX5N8BOhtqVBfCiVzaA8f19HJ7OMB8GA1UdIwQYMBaAFLX5N8BOhtqVBfCiVzaA8f19HJ7OMA8GA1UdEwEB/wQF" +
  "MAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgMFAP9S0Apz+QD8wVCOAuo0/y5luD9zwf68Vdfva0qV4CIDVT1ISk4dwg/sRCkuDqacYN" +
  "CGbcfl8cxk5p5gK0Jr7Y";
