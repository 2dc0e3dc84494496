import {
  type AlgorithmName,
  algorithms,
  type HmacAlgorithmName,
  type KeyPairAlgorithmName,
} from "../algorithms/algorithms.ts";
import { algorithmNames, isAlgorithmName, isAvailable } from "../algorithms/names.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { kidOf } from "./kidOf.ts";

/** What every constructor of a key takes beside the key itself: its one algorithm, and its name for others. */
export type KeyOptions<Name> = { readonly alg: Name; readonly kid?: string | undefined };

/** Throws a TypeError unless the options name an algorithm for a pair of keys that this runtime has. */
export function checkKeyPairOptions(caller: string, options: KeyOptions<KeyPairAlgorithmName>): void {
  const { kty } = algorithms[checkedName(caller, options)];
  if (kty === "oct") throw new TypeError(`${caller}: ${options.alg} takes a shared secret; use hmacKey`);
}

/** Throws a TypeError unless the options name an algorithm for a shared secret. */
export function checkSecretOptions(caller: string, options: KeyOptions<HmacAlgorithmName>): void {
  const { kty } = algorithms[checkedName(caller, options)];
  if (kty !== "oct") throw new TypeError(`${caller}: ${options.alg} takes a key pair; use privateKey or publicKey`);
}

function checkedName(caller: string, options: KeyOptions<AlgorithmName>): AlgorithmName {
  refuseUnknownOptions(caller, options, ["alg", "kid"]);
  kidOf(options.kid);
  return availableName(caller, options.alg);
}

/** The name of an algorithm that this runtime has. Throws a TypeError for any other value. */
export function availableName(caller: string, alg: unknown): AlgorithmName {
  if (!isAlgorithmName(alg)) {
    throw new TypeError(`${caller}: alg must name one algorithm: ${algorithmNames.join(", ")}`);
  }
  if (!isAvailable(alg)) {
    throw new TypeError(`${caller}: this runtime's node:crypto has no ${alg}; take another algorithm or Node 24`);
  }
  return alg;
}
