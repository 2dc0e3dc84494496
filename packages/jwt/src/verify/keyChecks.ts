import { Key, type VerificationKey } from "../keys/key.ts";
import { isFixed, type KeySource, keysFor } from "../keys/keySource.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";

/** The keys, found by the header's `kid` and `alg` and never by its `jwk`, `jku`, `x5u` or `x5c`; then the signature. */
export const keyChecks = (source: KeySource): readonly Check[] => [
  { step: "key", isOfHeader: isFixed(source), run: (attempt) => findKeys(attempt, source) },
  { step: "signature", run: checkSignature },
];

function findKeys(attempt: Attempt, source: KeySource): RefusalCode | undefined {
  const { header, alg } = attempt;
  if (alg === undefined) return "wrong_algorithm";
  const kid = Object.hasOwn(header, "kid") ? header.kid : undefined;
  const keys = keysFor(source, kid, alg);
  if (typeof keys === "string") return keys;
  attempt.candidates = keys;
  return undefined;
}

function checkSignature(attempt: Attempt): RefusalCode | undefined {
  const { token, payloadEnd, candidates } = attempt;
  for (let at = 0; at < candidates.length && attempt.key === undefined; at++) {
    const key = candidates[at];
    if (key !== undefined && Key.materialOf<VerificationKey["kind"]>(key).check(token, payloadEnd)) attempt.key = key;
  }
  return attempt.key === undefined ? "bad_signature" : undefined;
}
