import type { KeyPairAlgorithm, KeyPairAlgorithmName, SymmetricAlgorithm } from "../algorithms/algorithm.ts";
import { algorithmNames, algorithms, isAlgorithmName } from "../algorithms/algorithms.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { kidOf } from "./kidOf.ts";

/** What every constructor of a key takes beside the key itself: its one algorithm, and its name for others. */
export type KeyOptions<Name> = { readonly alg: Name; readonly kid?: string | undefined };

/** The table's row for a pair of keys; throws a TypeError for any other algorithm or a wrong option. */
export function keyPairAlgorithm(caller: string, options: KeyOptions<KeyPairAlgorithmName>): KeyPairAlgorithm {
  const row = checkedRow(caller, options);
  if (row.kty === "oct") throw new TypeError(`${caller}: ${options.alg} takes a shared secret; use hmacKey`);
  return row;
}

/** The table's row for a shared secret; throws a TypeError for any other algorithm or a wrong option. */
export function symmetricAlgorithm(caller: string, options: KeyOptions<string>): SymmetricAlgorithm {
  const row = checkedRow(caller, options);
  if (row.kty !== "oct") throw new TypeError(`${caller}: ${options.alg} takes a key pair; use privateKey or publicKey`);
  return row;
}

function checkedRow(caller: string, options: KeyOptions<string>): KeyPairAlgorithm | SymmetricAlgorithm {
  refuseUnknownOptions(caller, options, ["alg", "kid"]);
  kidOf(options.kid);
  if (!isAlgorithmName(options.alg)) {
    throw new TypeError(`${caller}: alg must name one algorithm: ${algorithmNames.join(", ")}`);
  }
  return algorithms[options.alg];
}
