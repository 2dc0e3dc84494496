import { createPublicKey } from "node:crypto";
import { isKeyPairName } from "../algorithms/names.ts";
import { verification } from "../algorithms/verification.ts";
import { Key, type PrivateKey, type PublicKey } from "./key.ts";

/** The public half of a private key, with the same algorithm and kid. Throws a TypeError for any other value. */
export function publicKeyOf(key: PrivateKey): PublicKey {
  if (!Key.isKey(key) || key.kind !== "private" || !isKeyPairName(key.alg)) {
    throw new TypeError("publicKeyOf: expects a private key; a shared secret has no public half");
  }
  const keyObject = createPublicKey(Key.materialOf(key).keyObject);
  return new Key("public", key.alg, key.kid, { check: verification[key.alg].verifier(keyObject), keyObject });
}
