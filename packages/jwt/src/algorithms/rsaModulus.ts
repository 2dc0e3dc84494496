import { Buffer } from "node:buffer";
import { checkPrimeSync } from "node:crypto";
import { toInteger } from "./jwkMember.ts";

/**
 * Throws a TypeError unless a public RSA key is sane: 2048 to 8192 bits, e odd and from 65537 to 2³² (e = 1 makes every
 * message its own signature), and a modulus that cannot be factored by looking at it: odd, no small factor
 * (SP 800-89 §5.3.3), not prime, no two close primes (CVE-2022-26320), no ROCA fingerprint (CVE-2017-15361).
 */
export function checkRsaPublicKey(nBytes: Uint8Array, eBytes: Uint8Array): void {
  if (nBytes[0] === 0 || eBytes[0] === 0) throw new TypeError("the RSA key's numbers must not begin with a zero byte");
  checkModulusLength(bitLength(nBytes));
  checkExponent(eBytes);
  const n = toInteger(nBytes);
  if (hasSmallFactor(n)) throw new TypeError("the RSA modulus has a small factor");
  if (isRoca(n)) throw new TypeError("the RSA modulus was made by a generator with the ROCA flaw (CVE-2017-15361)");
  if (hasCloseFactors(n)) throw new TypeError("the RSA modulus is a product of two close numbers (CVE-2022-26320)");
  if (checkPrimeSync(Buffer.from(nBytes))) throw new TypeError("the RSA modulus is a prime, so anyone can sign for it");
}

/** Throws a TypeError unless an RSA modulus may have so many bits. */
export function checkModulusLength(bits: number): void {
  if (Number.isInteger(bits) && bits >= 2048 && bits <= 8192) return;
  throw new TypeError(`an RSA key has 2048 to 8192 bits; this one has ${Number(bits)}`);
}

const bitLength = (bytes: Uint8Array): number => bytes.length * 8 - (Math.clz32(bytes[0] ?? 0) - 24);

function checkExponent(eBytes: Uint8Array): void {
  const e = eBytes.length <= 4 ? toInteger(eBytes) : 0n;
  if (e < 65537n || e % 2n === 0n) throw new TypeError("the RSA public exponent must be odd and from 65537 to 2^32");
}

/** Odd primes below 752, as in SP 800-89, and two. */
const smallPrimes: readonly number[] = Array.from({ length: 750 }, (_, at) => at + 2).filter((candidate) => {
  for (let factor = 2; factor * factor <= candidate; factor++) if (candidate % factor === 0) return false;
  return true;
});

const hasSmallFactor = (n: bigint): boolean => smallPrimes.some((prime) => n % BigInt(prime) === 0n);

/** From 2048 bits on, ROCA primes are powers of 65537 modulo each of these, so their product is one as well. */
const rocaPrimes = smallPrimes.filter((prime) => prime <= 701);

const isRoca = (n: bigint): boolean => rocaPrimes.every((prime) => isPowerOf65537(Number(n % BigInt(prime)), prime));

function isPowerOf65537(residue: number, prime: number): boolean {
  let power = 1;
  for (let round = 1; round < prime; round++) {
    if (power === residue) return true;
    power = (power * (65537 % prime)) % prime;
  }
  return false;
}

/** A hundred rounds of Fermat's method, as the CA/Browser Forum asks; the first also finds perfect squares. */
function hasCloseFactors(n: bigint): boolean {
  let middle = squareRoot(n);
  if (middle * middle < n) middle++;
  for (let round = 0; round < 100; round++, middle++) {
    if (isSquare(middle * middle - n)) return true;
  }
  return false;
}

/** Squares are rare modulo 64, so most numbers need no root. */
const squaresModulo64 = new Set(Array.from({ length: 64 }, (_, root) => BigInt((root * root) % 64)));

function isSquare(n: bigint): boolean {
  if (!squaresModulo64.has(n & 63n)) return false;
  const root = squareRoot(n);
  return root * root === n;
}

/** The greatest integer whose square is not above n, by Newton's method from above. */
function squareRoot(n: bigint): bigint {
  if (n < 2n) return n;
  let root = 1n << BigInt((n.toString(16).length * 4 + 1) >> 1);
  for (;;) {
    const next = (root + n / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
