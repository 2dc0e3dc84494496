import {
  type AlgorithmName,
  algorithms,
  type HmacAlgorithmName,
  type KeyPairAlgorithmName,
} from "../algorithms/algorithms.ts";
import { hmacs } from "../algorithms/hmac.ts";
import { isHmacName } from "../algorithms/names.ts";
import { signing } from "../algorithms/signing.ts";
import { systemRandomBytes } from "../clock.ts";
import { encodeBase64url } from "../encoding/base64url.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { hmacKey } from "./hmacKey.ts";
import type { HmacKey, PrivateKey, SigningKey } from "./key.ts";
import { availableName } from "./keyOptions.ts";
import { privateKey } from "./privateKey.ts";
import { thumbprint } from "./thumbprint.ts";

/** `kid`: the thumbprint (RFC 7638) unless given, for a shared secret 16 random bytes. `modulusLength`: RSA, in bits. */
export type GenerateKeyOptions = { readonly kid?: string | undefined; readonly modulusLength?: number };

/** A new key of the operating system's randomness. RSA keys have 3072 bits unless told otherwise. */
export function generateKey(alg: HmacAlgorithmName, options?: GenerateKeyOptions): HmacKey;
export function generateKey(alg: KeyPairAlgorithmName, options?: GenerateKeyOptions): PrivateKey;
export function generateKey(alg: AlgorithmName, options?: GenerateKeyOptions): SigningKey;
export function generateKey(alg: AlgorithmName, given: GenerateKeyOptions = {}): SigningKey {
  const options = refuseUnknownOptions("generateKey", given, ["kid", "modulusLength"]);
  const name = availableName("generateKey", alg);
  if (options.modulusLength !== undefined && algorithms[name].kty !== "RSA") {
    throw new TypeError(`generateKey: ${name} keys have no modulusLength`);
  }
  return isHmacName(name) ? newSecret(name, options) : newPair(name, options);
}

function newSecret(
  alg: HmacAlgorithmName,
  { kid = encodeBase64url(systemRandomBytes(16)) }: GenerateKeyOptions,
): HmacKey {
  return hmacKey(systemRandomBytes(hmacs[alg].secretBytes), { alg, kid });
}

function newPair(alg: KeyPairAlgorithmName, { kid, modulusLength = 3072 }: GenerateKeyOptions): PrivateKey {
  const keyObject = signing[alg].generate(modulusLength);
  return privateKey(keyObject, { alg, kid: kid ?? thumbprint(keyObject.export({ format: "jwk" })) });
}
