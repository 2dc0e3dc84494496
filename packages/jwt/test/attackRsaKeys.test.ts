import assert from "node:assert/strict";
import { generateKeyPairSync, generatePrimeSync, getDiffieHellman, type JsonWebKey, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { generateKey, privateKey, publicKey } from "@cardea/jwt";
import { actors } from "./support/actors.ts";
import { assertWeak } from "./support/assertWeak.ts";

const sound = actors.RS256.publicKeyObject.export({ format: "jwk" });
const n = toNumber(Buffer.from(sound.n ?? "", "base64url"));
const prime = generatePrimeSync(1024, { bigint: true });
const rsa = (modulus: bigint, e = "AQAB"): JsonWebKey => ({ kty: "RSA", n: toMember(modulus), e });

describe("J-46, ASVS-11.6.1, JWT-5 RSA keys of a size that is not fit", () => {
  for (const bits of [512, 1024, 1920]) {
    test(`${bits} bits, in every form`, () => {
      const pair = generateKeyPairSync("rsa", { modulusLength: bits });
      assertWeak(pair.publicKey.export({ format: "jwk" }), "RS256", new RegExp(`this one has ${bits}`));
      const pem = pair.privateKey.export({ type: "pkcs8", format: "pem" });
      for (const form of [pem.toString(), pair.privateKey, pair.privateKey.export({ format: "jwk" })]) {
        assert.throws(() => privateKey(form, { alg: "PS256" }), /2048 to 8192 bits/);
      }
      const der = pair.publicKey.export({ type: "spki", format: "der" });
      for (const form of [der, pair.publicKey]) assert.throws(() => publicKey(form, { alg: "PS256" }), /2048 to 8192/);
    });
  }

  for (const bits of [2047, 8193, 16_384, 100_000]) {
    test(`${bits} bits`, () => assertWeak(rsa(oddNumber(bits)), "RS256", new RegExp(`this one has ${bits}`)));
  }

  for (const modulusLength of [0, 1024, 2047, 8193, 65_536, 2048.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`are not made either: ${modulusLength}`, () => {
      assert.throws(() => generateKey("RS256", { modulusLength }), /2048 to 8192 bits/);
    });
  }

  test("an option that means nothing to an algorithm is refused", () => {
    for (const alg of ["HS256", "ES256", "EdDSA"] as const) {
      assert.throws(() => generateKey(alg, { modulusLength: 2048 }), /no modulusLength/);
    }
  });
});

describe("J-46 RSA exponents that are not fit", () => {
  const rows: Readonly<Record<string, string>> = {
    "1, under which every message signs itself": "AQ",
    "2": "Ag",
    "3": "Aw",
    "17": "EQ",
    "65535": "__8",
    "65538, which is even": "AQAC",
    "2^32 + 1": "AQAAAAE",
    "as large as n": sound.n ?? "",
    "0": "AA",
    "65537 with a leading zero byte": "AAEAAQ",
    empty: "",
    padded: "AQAB=",
    "in the standard alphabet": "+/8B",
  };

  for (const [name, e] of Object.entries(rows)) {
    test(name, () => assertWeak(rsa(n, e), "RS256", /exponent|zero byte|base64url/));
  }

  test("4294967295 is taken", () => assert.equal(publicKey(rsa(n, "_____w"), { alg: "RS256" }).alg, "RS256"));
});

describe("J-46 RSA moduli that anyone can take apart", () => {
  const zeroFirst = Buffer.concat([Buffer.of(0), Buffer.from(sound.n ?? "", "base64url")]).toString("base64url");
  const rows: Readonly<Record<string, readonly [jwk: JsonWebKey, message: RegExp]>> = {
    "an even one": [rsa(n - 1n), /small factor/],
    "with the factor 3": [rsa(multipleOf(3n)), /small factor/],
    "with the factor 751": [rsa(multipleOf(751n)), /small factor/],
    "of two close factors (CVE-2022-26320)": [rsa(prime * neighbourOf(prime)), /close/],
    "of two factors 2^500 apart": [rsa(prime * neighbourOf(prime + (1n << 500n))), /close/],
    "a square": [rsa(prime * prime), /close/],
    "a prime": [rsa(toNumber(getDiffieHellman("modp14").getPrime())), /prime/],
    "with the ROCA fingerprint (CVE-2017-15361)": [rsa(rocaNumber()), /ROCA/],
    "with a leading zero byte": [{ ...sound, n: zeroFirst }, /zero byte/],
    "no text": [{ ...sound, n: 7 as unknown as string }, /"n"/],
    none: [{ kty: "RSA", e: "AQAB" }, /"n"/],
  };

  for (const [name, [jwk, message]] of Object.entries(rows)) {
    test(name, () => assertWeak(jwk, "PS256", message));
  }
});

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function toMember(number: bigint): string {
  const hex = number.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex").toString("base64url");
}

function oddNumber(bits: number): bigint {
  return 1n | (1n << BigInt(bits - 1)) | (toNumber(randomBytes(Math.ceil(bits / 8))) % (1n << BigInt(bits - 1)));
}

function smallPrimes(most: number): readonly bigint[] {
  const numbers = Array.from({ length: most - 1 }, (_, at) => at + 2);
  return numbers.filter((one) => numbers.every((two) => two >= one || one % two !== 0)).map(BigInt);
}

/** An odd multiple of 2048 bits. */
function multipleOf(factor: bigint): bigint {
  return factor * ((2n ** 2047n / factor + oddNumber(1024)) | 1n);
}

/** The next number without a small factor. */
function neighbourOf(start: bigint): bigint {
  const primes = smallPrimes(751);
  let candidate = (start | 1n) + 2n;
  while (primes.some((one) => candidate % one === 0n)) candidate += 2n;
  return candidate;
}

/** What the flawed generator leaves: a power of 65537 modulo the product of the small primes. */
function rocaNumber(): bigint {
  const product = smallPrimes(701).reduce((all, one) => all * one, 1n);
  const others = smallPrimes(751).filter((one) => one > 701n);
  let candidate = (65537n ** 60n % product) + product * (2n ** 2047n / product + oddNumber(512));
  while (others.some((one) => candidate % one === 0n)) candidate += product;
  return candidate;
}
