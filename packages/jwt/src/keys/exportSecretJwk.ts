import type { JsonWebKey } from "node:crypto";
import { Key, type SigningKey } from "./key.ts";

/**
 * The secret as a JWK (private, or `oct` for HMAC) with `alg`, `use: "sig"` and `kid`: for sealed storage only.
 * `importSecretJwk` reads it back. Throws a TypeError for a public key.
 */
export function exportSecretJwk(key: SigningKey): JsonWebKey {
  if (!Key.isSigningKey(key)) throw new TypeError("exportSecretJwk: expects a private key or a shared secret");
  const { keyObject } = Key.materialOf<"hmac" | "private">(key);
  return { ...keyObject.export({ format: "jwk" }), alg: key.alg, use: "sig", ...(key.kid && { kid: key.kid }) };
}
