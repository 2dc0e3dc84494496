import type { AlgorithmName } from "../algorithms/algorithms.ts";
import { Key, type VerificationKey } from "./key.ts";
import { isKeySet, keySet } from "./keySet.ts";

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

/** Whether a source answers the same question the same way for ever, as the sets made here do. */
export const isFixed = (source: KeySource): boolean => isKeySet(source);

/** Lists and bytes have a `find` of their own, which knows no keys. */
const isKeySource = (value: unknown): value is KeySource =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  "find" in value &&
  typeof value.find === "function";

/** How many keys are tried on one token at most, so that nobody buys many signature checks with one request. */
const maxCandidates = 4;

/**
 * The keys to try, in the source's order; none when more than `maxCandidates` fit. Whoever checks with one compares its
 * `alg` with the header's. Throws a TypeError when a source of the caller's answers with something else than keys.
 */
function candidateKeys(source: KeySource, kid: string | undefined, alg: AlgorithmName): readonly VerificationKey[] {
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

/** The keys to try on a signature, found by `kid` and `alg`; or the code of the refusal when there is none. */
export function keysFor(
  source: KeySource,
  kid: string | undefined,
  alg: AlgorithmName,
): readonly VerificationKey[] | "unknown_key" | "wrong_algorithm" {
  const candidates = candidateKeys(source, kid, alg);
  if (candidates.length === 0) return wouldFitByKid(source, kid, alg) ? "wrong_algorithm" : "unknown_key";
  for (let at = 0; at < candidates.length; at++) if (candidates[at]?.alg !== alg) return "wrong_algorithm";
  return candidates;
}

/** Tells algorithm confusion from a key nobody knows, where the keys can be listed. */
function wouldFitByKid(source: KeySource, kid: string | undefined, alg: AlgorithmName): boolean {
  const keys = listedKeys(source);
  return keys.some(
    (key) => key.alg !== alg && (key.kid === kid || (keys.length === 1 && [key.kid, kid].includes(undefined))),
  );
}

/** A source of the caller's may have a member `keys` of any other kind, say a Map. */
const listedKeys = ({ keys }: KeySource): readonly VerificationKey[] =>
  Array.isArray(keys) ? keys.filter(Key.isVerificationKey) : [];
