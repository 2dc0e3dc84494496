import { type AlgorithmName, algorithms, type HmacAlgorithmName, type KeyPairAlgorithmName } from "./algorithms.ts";

/** Whether a value is the name of a row. */
export const isAlgorithmName = (name: unknown): name is AlgorithmName => typeof name === "string" && name in algorithms;

/** The names, in the order of the table. */
export const algorithmNames: readonly AlgorithmName[] = Object.keys(algorithms).filter(isAlgorithmName);

/** Whether a value is the name of a row with a shared secret. */
export const isHmacName = (name: unknown): name is HmacAlgorithmName =>
  isAlgorithmName(name) && algorithms[name].kty === "oct";

/** Whether a value is the name of a row with a pair of keys. */
export const isKeyPairName = (name: unknown): name is KeyPairAlgorithmName =>
  isAlgorithmName(name) && algorithms[name].kty !== "oct";

/** Whether this runtime can sign and verify with an algorithm. */
export const isAvailable = (name: AlgorithmName): boolean => algorithms[name].isAvailable?.() ?? true;
