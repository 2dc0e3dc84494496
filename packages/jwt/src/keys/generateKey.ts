import type { AlgorithmName, HmacAlgorithmName, KeyPairAlgorithmName } from "../algorithms/algorithm.ts";
import { algorithms, isAlgorithmName, isHmacName, isKeyPairName } from "../algorithms/algorithms.ts";
import { encodeBase64url } from "../base64url.ts";
import { systemRandomBytes } from "../clock.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { hmacKey } from "./hmacKey.ts";
import type { HmacKey, PrivateKey, SigningKey } from "./key.ts";
import { privateKey } from "./privateKey.ts";
import { thumbprint } from "./thumbprint.ts";

/** `kid`: the thumbprint (RFC 7638) unless given, for a shared secret 16 random bytes. `modulusLength`: RSA, in bits. */
export type GenerateKeyOptions = { readonly kid?: string | undefined; readonly modulusLength?: number };

/** A new key of the operating system's randomness. RSA keys have 3072 bits unless told otherwise. */
export function generateKey(alg: HmacAlgorithmName, options?: GenerateKeyOptions): HmacKey;
export function generateKey(alg: KeyPairAlgorithmName, options?: GenerateKeyOptions): PrivateKey;
export function generateKey(alg: AlgorithmName, options?: GenerateKeyOptions): SigningKey;
export function generateKey(alg: AlgorithmName, options: GenerateKeyOptions = {}): SigningKey {
  refuseUnknownOptions("generateKey", options, ["kid", "modulusLength"]);
  if (options.modulusLength !== undefined && isAlgorithmName(alg) && algorithms[alg].kty !== "RSA") {
    throw new TypeError(`generateKey: ${alg} keys have no modulusLength`);
  }
  if (isHmacName(alg)) return newSecret(alg, options);
  if (isKeyPairName(alg)) return newPair(alg, options);
  throw new TypeError('generateKey: the first argument must name one algorithm, such as "ES256"');
}

function newSecret(
  alg: HmacAlgorithmName,
  { kid = encodeBase64url(systemRandomBytes(16)) }: GenerateKeyOptions,
): HmacKey {
  return hmacKey(systemRandomBytes(algorithms[alg].secretBytes), { alg, kid });
}

function newPair(alg: KeyPairAlgorithmName, { kid, modulusLength = 3072 }: GenerateKeyOptions): PrivateKey {
  const keyObject = algorithms[alg].generate(modulusLength);
  return privateKey(keyObject, { alg, kid: kid ?? thumbprint(keyObject.export({ format: "jwk" })) });
}
