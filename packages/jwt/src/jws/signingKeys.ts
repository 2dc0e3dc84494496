import { Key, type VerificationKey } from "../keys/key.ts";
import { candidateKeys, type KeySource } from "../keys/keySource.ts";
import type { Headers } from "./headers.ts";
import type { JwsRefusalCode } from "./jwsRefusal.ts";

/** The keys that the headers may mean, found by `kid` and `alg` and never by `jwk`, `jku`, `x5u` or `x5c`. */
export function signingKeys(source: KeySource, { alg, kid }: Headers): readonly VerificationKey[] | JwsRefusalCode {
  const candidates = candidateKeys(source, kid, alg);
  if (candidates.length === 0) return wouldFitByKid(source, alg, kid) ? "wrong_algorithm" : "unknown_key";
  return candidates.every((key) => key.alg === alg) ? candidates : "wrong_algorithm";
}

/** Tells algorithm confusion from a key nobody knows, where the keys can be listed. */
function wouldFitByKid({ keys: listed }: KeySource, alg: string, kid: string | undefined): boolean {
  const keys = Array.isArray(listed) ? listed.filter(Key.isVerificationKey) : [];
  return keys.some(
    (key) => key.alg !== alg && (key.kid === kid || (keys.length === 1 && [key.kid, kid].includes(undefined))),
  );
}
