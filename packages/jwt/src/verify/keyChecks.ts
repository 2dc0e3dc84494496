import type { AlgorithmName } from "../algorithms/algorithms.ts";
import { Key, type VerificationKey } from "../keys/key.ts";
import { candidateKeys, type KeySource } from "../keys/keySource.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";

/** The keys, found by the header's `kid` and `alg` and never by its `jwk`, `jku`, `x5u` or `x5c`; then the signature. */
export const keyChecks = (source: KeySource): readonly Check[] => [
  { step: "key", run: (attempt) => findKeys(attempt, source) },
  { step: "signature", run: checkSignature },
];

function findKeys(attempt: Attempt, source: KeySource): RefusalCode | undefined {
  const { header, alg } = attempt;
  if (alg === undefined) return "wrong_algorithm";
  const kid = Object.hasOwn(header, "kid") ? header.kid : undefined;
  const candidates = candidateKeys(source, kid, alg);
  if (candidates.length === 0) return wouldFitByKid(source, alg, kid) ? "wrong_algorithm" : "unknown_key";
  for (let at = 0; at < candidates.length; at++) if (candidates[at]?.alg !== alg) return "wrong_algorithm";
  attempt.candidates = candidates;
  return undefined;
}

/** Tells algorithm confusion from a key nobody knows, where the keys can be listed. */
function wouldFitByKid(source: KeySource, alg: AlgorithmName, kid: string | undefined): boolean {
  const keys = listedKeys(source);
  return keys.some(
    (key) => key.alg !== alg && (key.kid === kid || (keys.length === 1 && [key.kid, kid].includes(undefined))),
  );
}

/** A source of the caller's may have a member `keys` of any other kind, say a Map. */
const listedKeys = ({ keys }: KeySource): readonly VerificationKey[] =>
  Array.isArray(keys) ? keys.filter(Key.isVerificationKey) : [];

function checkSignature(attempt: Attempt): RefusalCode | undefined {
  const { token, payloadEnd, candidates } = attempt;
  for (let at = 0; at < candidates.length && attempt.key === undefined; at++) {
    const key = candidates[at];
    if (key !== undefined && Key.materialOf<VerificationKey["kind"]>(key).check(token, payloadEnd)) attempt.key = key;
  }
  return attempt.key === undefined ? "bad_signature" : undefined;
}
