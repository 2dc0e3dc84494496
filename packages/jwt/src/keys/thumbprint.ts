import { createHash, type JsonWebKey } from "node:crypto";

/**
 * The SHA-256 thumbprint of a JWK in base64url (RFC 7638 §3, RFC 8037 §2, RFC 9964 §6). Throws a TypeError when the key type is
 * unknown or a required member is missing.
 */
export function thumbprint(jwk: JsonWebKey): string {
  const names = requiredMembers.get(jwk?.kty ?? "");
  if (names === undefined) throw new TypeError("thumbprint: the JWK's kty is unknown");
  const members = names.map((name) => [name, required(jwk, name)]);
  return createHash("sha256")
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest("base64url");
}

function required(jwk: JsonWebKey, name: string): string {
  const member: unknown = jwk[name];
  if (typeof member !== "string" || member === "") throw new TypeError(`thumbprint: the JWK has no "${name}"`);
  return member;
}

/** In the order of the alphabet, as the RFC hashes them. */
const requiredMembers: ReadonlyMap<string, readonly string[]> = new Map([
  ["AKP", ["alg", "kty", "pub"]],
  ["EC", ["crv", "kty", "x", "y"]],
  ["OKP", ["crv", "kty", "x"]],
  ["RSA", ["e", "kty", "n"]],
  ["oct", ["k", "kty"]],
]);
