import { createSecretKey } from "node:crypto";
import type { HmacAlgorithmName } from "../algorithms/algorithms.ts";
import { hmacs } from "../algorithms/hmac.ts";
import { checkHmacSecret } from "./hmacSecret.ts";
import { type HmacKey, Key } from "./key.ts";
import { checkSecretOptions, type KeyOptions } from "./keyOptions.ts";

/**
 * A shared secret for HMAC (RFC 7518 §3.2), as bytes: at least as many as the hash has. Throws a TypeError for a secret
 * that is too short, is a key in PEM, DER or JWK form, or repeats itself.
 */
export function hmacKey(secret: Uint8Array, options: KeyOptions<HmacAlgorithmName>): HmacKey {
  checkSecretOptions("hmacKey", options);
  const { secretBytes, prepare } = hmacs[options.alg];
  checkHmacSecret(secret, secretBytes);
  const copy = Uint8Array.from(secret);
  return new Key("hmac", options.alg, options.kid, { ...prepare(copy), keyObject: createSecretKey(copy) });
}
