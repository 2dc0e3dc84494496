import { createPublicKey, type JsonWebKey } from "node:crypto";
import { Key, type PrivateKey, type PublicKey } from "./key.ts";

/**
 * The public JWK of a key (RFC 7517), with `alg`, `use: "sig"` and, if the key has one, `kid`. Of a private key it is the
 * public half. Throws a TypeError for a shared secret.
 */
export function exportPublicJwk(key: PublicKey | PrivateKey): JsonWebKey {
  if (!Key.isKey(key)) throw new TypeError("exportPublicJwk: expects a key of this package");
  const kind: string = key.kind;
  if (kind === "hmac") throw new TypeError("exportPublicJwk: a shared secret has no public form");
  const { keyObject } = Key.materialOf<"private" | "public">(key);
  const publicHalf = keyObject.type === "public" ? keyObject : createPublicKey(keyObject);
  return { ...publicHalf.export({ format: "jwk" }), alg: key.alg, use: "sig", ...(key.kid && { kid: key.kid }) };
}
