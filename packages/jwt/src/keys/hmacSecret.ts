import { Buffer } from "node:buffer";
import { createPublicKey, X509Certificate } from "node:crypto";

/**
 * Throws a TypeError unless `secret` is fit for HMAC with a hash of `minimumBytes`: long enough (RFC 7518 §3.2), not a
 * key in disguise (a public key taken for a secret is the oldest JWT attack, RFC 8725 §2.1), and not a pattern.
 */
export function checkHmacSecret(secret: Uint8Array, minimumBytes: number): void {
  if (!(secret instanceof Uint8Array)) {
    throw new TypeError("hmacKey: the secret must be a Uint8Array of random bytes; decode it if it is text");
  }
  if (isKeyText(secret) || isPublicDer(secret)) {
    throw new TypeError("hmacKey: the secret is a PEM, DER or JWK key; use publicKey, privateKey or importSecretJwk");
  }
  if (secret.length < minimumBytes) {
    throw new TypeError(`hmacKey: the secret needs at least ${minimumBytes} bytes; it has ${secret.length}`);
  }
  if (isPattern(secret)) {
    throw new TypeError("hmacKey: the secret repeats itself; take random bytes, as generateKey does");
  }
}

/** PEM, SSH, JWK or JWK set as text, with or without white space, a BOM or the PEM's frame lines. */
function isKeyText(secret: Uint8Array): boolean {
  const text = Buffer.from(secret).toString("latin1");
  return /-----BEGIN|^\s*ssh-|^\s*ecdsa-sha2-/.test(text) || isJwkText(secret) || isPublicDer(fromBase64(text));
}

function isJwkText(secret: Uint8Array): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(secret));
    return typeof value === "object" && value !== null && ("kty" in value || "keys" in value);
  } catch {
    return false;
  }
}

const fromBase64 = (text: string): Uint8Array =>
  /^[\w+/=\s-]+$/.test(text) ? Buffer.from(text, "base64") : new Uint8Array();

/** A public key or a certificate (RFC 5280), both of which anyone may have. */
function isPublicDer(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0x30) return false;
  const key = Buffer.from(bytes);
  return (
    parses(() => createPublicKey({ key, format: "der", type: "spki" })) ||
    parses(() => createPublicKey({ key, format: "der", type: "pkcs1" })) ||
    parses(() => new X509Certificate(key))
  );
}

function parses(parse: () => unknown): boolean {
  try {
    parse();
    return true;
  } catch {
    return false;
  }
}

/** One block repeated, or fewer than eight different bytes. Chance makes neither: less than once in 2^100 secrets. */
function isPattern(secret: Uint8Array): boolean {
  if (new Set(secret).size < 8) return true;
  for (let period = 1; period <= secret.length / 2; period++) {
    if (secret.every((byte, at) => at < period || byte === secret[at - period])) return true;
  }
  return false;
}
