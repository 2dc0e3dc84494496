import { createHash } from "node:crypto";
import { join } from "node:path";
import { type Jwk, readJson } from "./corpus.ts";
import { toBytes, toNumber } from "./craft.ts";
import { type Seal, signer } from "./signers.ts";

type Numbers = { readonly n: string; readonly e: string; readonly d: string };
type WeakKey = { readonly jwk: Jwk; readonly title: string; readonly seal: Seal };

const numbers = readJson<Readonly<Record<string, Numbers>>>(join(import.meta.dirname, "weakRsaKeys.json"));
const sound = signer("rs256");
const { n, e } = sound.publicJwk as { readonly n: string; readonly e: string };
const zeroFirst = (member: string): string =>
  Buffer.concat([Buffer.of(0), Buffer.from(member, "base64url")]).toString("base64url");

/** RSA keys that must be refused, each with a signer under it, honest or not. */
export const weakRsaKeys: Readonly<Record<string, WeakKey>> = {
  "512": made("rsa-512", "The RSA modulus has 512 bits."),
  "1024": made("rsa-1024", "The RSA modulus has 1024 bits."),
  "2040": made("rsa-2040", "The RSA modulus has 2040 bits."),
  "8207": made("rsa-8208", "The RSA modulus has 8207 bits, which is slow enough to be an attack."),
  "e-1": {
    jwk: { kty: "RSA", n, e: "AQ" },
    title: "The RSA exponent is 1, so every message is its own signature.",
    seal: (input) => encoded(input, 256),
  },
  "e-3": made("e-3", "The RSA exponent is 3."),
  "e-17": made("e-17", "The RSA exponent is 17."),
  "e-large": made("e-4294967297", "The RSA exponent has 33 bits."),
  "e-even": { jwk: { kty: "RSA", n, e: "AQAC" }, title: "The RSA exponent is even.", seal: sound.seal },
  "e-zero": { jwk: { kty: "RSA", n, e: "AA" }, title: "The RSA exponent is 0.", seal: sound.seal },
  "e-zero-first": {
    jwk: { kty: "RSA", n, e: zeroFirst(e) },
    title: "The RSA exponent has a zero byte in front.",
    seal: sound.seal,
  },
  "n-zero-first": {
    jwk: { kty: "RSA", n: zeroFirst(n), e },
    title: "The RSA modulus has a zero byte in front.",
    seal: sound.seal,
  },
  "n-padded": { jwk: { kty: "RSA", n: `${n}==`, e }, title: "The RSA modulus is padded.", seal: sound.seal },
  even: made("even", "The RSA modulus is even, so anyone can factor it."),
  "factor-3": made("factor-3", "The RSA modulus has the factor 3."),
  prime: made("prime", "The RSA modulus is a prime, so anyone can sign for it."),
  close: made("close", "The RSA modulus is a product of two close primes."),
  square: made("square", "The RSA modulus is a square."),
  roca: made("roca", "The RSA modulus has the ROCA fingerprint."),
};

function made(name: string, title: string): WeakKey {
  const key = numbers[name];
  if (key === undefined) throw new Error(`weakRsaKeys.json has no key "${name}"`);
  return { jwk: { kty: "RSA", n: key.n, e: key.e }, title, seal: rsaSeal(key) };
}

/** RSASSA-PKCS1-v1_5 with SHA-256 by its definition, since no library signs with such keys. */
function rsaSeal(key: Numbers): Seal {
  const [modulus, exponent] = [key.n, key.d].map((member) => toNumber(Buffer.from(member, "base64url")));
  return (input) => {
    const size = Buffer.from(key.n, "base64url").length;
    return toBytes(power(toNumber(encoded(input, size)), exponent ?? 0n, modulus ?? 1n), size);
  };
}

const digestInfo = Buffer.from("3031300d060960864801650304020105000420", "hex");

function encoded(input: string | Uint8Array, size: number): Buffer {
  const end = Buffer.concat([Buffer.of(0), digestInfo, createHash("sha256").update(input).digest()]);
  return Buffer.concat([Buffer.of(0, 1), Buffer.alloc(size - 2 - end.length, 0xff), end]);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square] = [1n, base % modulus];
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}
