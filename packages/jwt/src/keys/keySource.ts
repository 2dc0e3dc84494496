import type { AlgorithmName } from "../algorithms/algorithms.ts";
import { Key, type VerificationKey } from "./key.ts";
import { keySet } from "./keySet.ts";

/**
 * Whatever can look up the keys that a token's header may mean, at once: one, several to try, or none. A source that
 * also lists its `keys` has a forged algorithm told from an unknown key.
 */
export type KeySource = {
  readonly find: (
    kid: string | undefined,
    alg: AlgorithmName,
  ) => VerificationKey | readonly VerificationKey[] | undefined;
  readonly keys?: readonly VerificationKey[];
};

/** A key, a key set or the caller's own source, as a source. Throws a TypeError that begins with `caller` for anything else. */
export function keySource(caller: string, keys: unknown): KeySource {
  if (Key.isVerificationKey(keys)) return keySet([keys]);
  if (isKeySource(keys)) return keys;
  throw new TypeError(`${caller}: keys must be a public key, an HMAC key, a key set, or have a find function`);
}

/** Lists and bytes have a `find` of their own, which knows no keys. */
const isKeySource = (value: unknown): value is KeySource =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  "find" in value &&
  typeof value.find === "function";

/** How many keys are tried on one token at most, so that nobody buys many signature checks with one request. */
export const maxCandidates = 4;

/**
 * The keys to try, in the source's order; none when more than `maxCandidates` fit. Whoever checks with one compares its
 * `alg` with the header's. Throws a TypeError when a source of the caller's answers with something else than keys.
 */
export function candidateKeys(
  source: KeySource,
  kid: string | undefined,
  alg: AlgorithmName,
): readonly VerificationKey[] {
  const found: unknown = source.find(kid, alg);
  if (found === undefined || found === null) return none;
  const candidates: readonly unknown[] = Array.isArray(found) ? found : [found];
  if (candidates.length > maxCandidates) return none;
  if (areKeys(candidates)) return candidates;
  throw new TypeError("the key source's find answered with something else than keys to verify with");
}

function areKeys(values: readonly unknown[]): values is readonly VerificationKey[] {
  for (let at = 0; at < values.length; at++) if (!Key.isVerificationKey(values[at])) return false;
  return true;
}

const none: readonly VerificationKey[] = [];
