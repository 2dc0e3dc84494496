import { isAlgorithmName } from "../algorithms/algorithms.ts";
import type { Header } from "../claims.ts";
import { Key, type VerificationKey } from "../keys/key.ts";
import type { KeySource } from "../keys/keySet.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";

/** The key, found by the header's `kid` and `alg` and never by its `jwk`, `jku`, `x5u` or `x5c`; then the signature. */
export const keyChecks = (source: KeySource): readonly Check[] => [
  { step: "key", passed: "exactly one key fits kid and alg", run: (attempt) => findKey(attempt, source) },
  { step: "signature", passed: "right for header and payload", run: checkSignature },
];

function findKey(attempt: Attempt, source: KeySource): RefusalCode | undefined {
  const { header } = attempt;
  if (!isAlgorithmName(header.alg)) return "wrong_algorithm";
  const kid = Object.hasOwn(header, "kid") ? header.kid : undefined;
  const key: unknown = source.find(kid, header.alg);
  if (key === undefined || key === null) return wouldFitByKid(source, header, kid) ? "wrong_algorithm" : "unknown_key";
  if (!Key.isVerificationKey(key)) throw new TypeError("createVerifier: find answered with something else than a key");
  if (key.alg !== header.alg) return "wrong_algorithm";
  attempt.key = key;
  return undefined;
}

/** Tells algorithm confusion from a key nobody knows, where the keys can be listed. */
function wouldFitByKid(source: KeySource, { alg }: Header, kid: string | undefined): boolean {
  const keys = listedKeys(source);
  return keys.some(
    (key) => key.alg !== alg && (key.kid === kid || (keys.length === 1 && [key.kid, kid].includes(undefined))),
  );
}

/** A source of the caller's may have a member `keys` of any other kind, say a Map. */
const listedKeys = ({ keys }: KeySource): readonly VerificationKey[] =>
  Array.isArray(keys) ? keys.filter(Key.isVerificationKey) : [];

function checkSignature({ token, key, payloadEnd }: Attempt): RefusalCode | undefined {
  if (key === undefined) return "unknown_key";
  const { check } = Key.materialOf<VerificationKey["kind"]>(key);
  return check(token.slice(0, payloadEnd), token.slice(payloadEnd + 1)) ? undefined : "bad_signature";
}
