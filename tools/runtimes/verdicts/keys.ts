import { Buffer } from "node:buffer";
import type { JsonWebKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { hmacKey, privateKey, publicKey, type SigningKey, type VerificationKey } from "@cardea/jwt";
import { algorithms, type Name } from "./row.ts";

/** Keys for these programs alone; everybody has their private halves. */
const stored: Readonly<Record<string, JsonWebKey>> = JSON.parse(
  readFileSync(new URL("keys.json", import.meta.url), "utf8"),
);

/** The private JWK that everybody has for an algorithm; for HMAC, the secret. */
export const secretJwk = (alg: Name): JsonWebKey => stored[algorithms[alg]] ?? {};

/** Its public half. */
export function publicJwk(alg: Name): JsonWebKey {
  const { kty, crv, x, y, n, e, alg: name, pub } = secretJwk(alg);
  return Object.fromEntries(
    Object.entries({ kty, crv, x, y, n, e, alg: name, pub }).filter(([, value]) => value !== undefined),
  );
}

/** The key to sign with. */
export const signingKey = (alg: Name): SigningKey =>
  isHmac(alg) ? sharedSecret(alg) : privateKey(secretJwk(alg), { alg, kid: alg });

/** The key to verify with. */
export const verificationKey = (alg: Name): VerificationKey =>
  isHmac(alg) ? sharedSecret(alg) : publicKey(publicJwk(alg), { alg, kid: alg });

type HmacName = Extract<Name, `HS${string}`>;

/** Whether both sides have the same key. */
export const isHmac = (alg: Name): alg is HmacName => alg.startsWith("HS");

const sharedSecret = (alg: HmacName) => hmacKey(Buffer.from(secretJwk(alg).k ?? "", "base64url"), { alg, kid: alg });
