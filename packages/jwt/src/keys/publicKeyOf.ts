import { createPublicKey } from "node:crypto";
import { algorithms } from "../algorithms/algorithms.ts";
import { Key, type PrivateKey, type PublicKey } from "./key.ts";

/** The public half of a private key, with the same algorithm and kid. Throws a TypeError for any other value. */
export function publicKeyOf(key: PrivateKey): PublicKey {
  const row = Key.isKey(key) && key.kind === "private" ? algorithms[key.alg] : undefined;
  if (row === undefined || row.kty === "oct") {
    throw new TypeError("publicKeyOf: expects a private key; a shared secret has no public half");
  }
  const keyObject = createPublicKey(Key.materialOf(key).keyObject);
  return new Key("public", key.alg, key.kid, { check: row.verifier(keyObject), keyObject });
}
