import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { hmacKey } from "@cardea/jwt";
import { actors } from "./support/actors.ts";
import { assertWeak } from "./support/assertWeak.ts";

const primes = Array.from({ length: 750 }, (_, at) => at + 2)
  .filter((one, _, numbers) => numbers.every((two) => two >= one || one % two !== 0))
  .map(BigInt);

const random = (bits: number): bigint => BigInt(`0x${randomBytes(bits / 8).toString("hex")}`);

/** A JWK whose modulus is a number of 2048 bits. */
function rsa(n: bigint) {
  assert.equal(n.toString(2).length, 2048);
  return { kty: "RSA", n: Buffer.from(n.toString(16), "hex").toString("base64url"), e: "AQAB" };
}

for (const factor of primes.filter((prime) => prime > 700n)) {
  test(`a modulus whose one small factor is ${factor} is refused`, () => {
    const others = primes.filter((prime) => prime !== factor).reduce((product, prime) => product * prime, 1n);
    const cofactor = (((1n << 2047n) + random(1024)) / factor / others + 1n) * others + 1n;
    const small = primes.filter((prime) => (factor * cofactor) % prime === 0n);
    assert.deepEqual(small, [factor]);
    assertWeak(rsa(factor * cofactor), "RS256", /small factor/);
  });
}

test("two factors that Fermat's method finds only after some fifty rounds are close (CVE-2022-26320)", () => {
  const start = (31n << 1019n) + random(1016);
  const distance = 20n << 512n;
  const rounds = (distance * distance) / (8n * start);
  assert.ok(rounds > 40n && rounds < 60n, `${rounds}`);
  assertWeak(rsa(withoutSmallFactor(start) * withoutSmallFactor(start + distance)), "RS256", /close/);
});

function withoutSmallFactor(start: bigint): bigint {
  let candidate = start | 1n;
  while (primes.some((prime) => candidate % prime === 0n)) candidate += 2n;
  return candidate;
}

test("a secret of seven different bytes is refused, though no part of it is repeated", () => {
  const secret = Uint8Array.from({ length: 64 }, (_, at) => (at ** 3 + (at >> 3)) % 7);
  assert.equal(new Set(secret).size, 7);
  for (let period = 1; period <= 32; period++) assert.ok(secret.some((byte, at) => byte !== secret[at % period]));
  assert.throws(() => hmacKey(secret, { alg: "HS256" }), { name: "TypeError", message: /repeats itself/ });
});

test("the bare bytes of a public key in PKCS#1 are no secret, nor are they in base64", () => {
  const der = actors.RS256.publicKeyObject.export({ type: "pkcs1", format: "der" });
  for (const secret of [der, Buffer.from(der.toString("base64")), Buffer.from(der.toString("base64url"))]) {
    assert.throws(() => hmacKey(secret, { alg: "HS256" }), { name: "TypeError", message: /PEM, DER or JWK/ });
  }
});
