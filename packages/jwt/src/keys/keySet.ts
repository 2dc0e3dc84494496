import type { AlgorithmName } from "../algorithms/algorithm.ts";
import { Key, type VerificationKey } from "./key.ts";

/**
 * Whatever can look up the key of a token's header, at once. A source that also lists its `keys` has a forged algorithm
 * told from an unknown key.
 */
export type KeySource = {
  readonly find: (kid: string | undefined, alg: AlgorithmName) => VerificationKey | undefined;
  readonly keys?: readonly VerificationKey[];
};

/** A fixed set of keys. */
export type KeySet = {
  readonly size: number;
  readonly keys: readonly VerificationKey[];
  readonly find: (kid: string | undefined, alg: unknown) => VerificationKey | undefined;
};

/**
 * A set of keys to verify with. `find` matches `kid` exactly; without one it answers only if a single key has that
 * algorithm; a set of one key without a `kid` fits any. Throws a TypeError on two keys with one `kid`.
 */
export function keySet(keys: readonly VerificationKey[]): KeySet {
  const byKid = indexByKid(keys);
  const anonymous = keys.length === 1 && keys[0]?.kid === undefined ? keys[0] : undefined;
  const loneByAlgorithm = indexLone(keys);
  return Object.freeze({
    size: keys.length,
    keys: Object.freeze([...keys]),
    find(kid: string | undefined, alg: unknown) {
      const found = kid === undefined ? loneByAlgorithm.get(alg) : (byKid.get(kid) ?? anonymous);
      return found !== undefined && found.alg === alg ? found : undefined;
    },
  });
}

function indexByKid(keys: readonly VerificationKey[]): Map<unknown, VerificationKey> {
  const byKid = new Map<unknown, VerificationKey>();
  for (const key of keys) {
    if (!Key.isVerificationKey(key)) throw new TypeError("keySet: expects keys made by publicKey or hmacKey");
    if (key.kid === undefined) continue;
    if (byKid.has(key.kid)) throw new TypeError("keySet: two keys have the same kid");
    byKid.set(key.kid, key);
  }
  return byKid;
}

/** Algorithms with exactly one key. */
function indexLone(keys: readonly VerificationKey[]): Map<unknown, VerificationKey> {
  const isLone = (key: VerificationKey) => keys.filter(({ alg }) => alg === key.alg).length === 1;
  return new Map(keys.filter(isLone).map((key) => [key.alg, key]));
}
