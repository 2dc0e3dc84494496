import { Key, type VerificationKey } from "./key.ts";

/** A fixed set of keys. */
export type KeySet = {
  readonly size: number;
  readonly keys: readonly VerificationKey[];
  /** The keys that a header with this `kid` and `alg` may mean; empty when there is none. */
  readonly find: (kid: string | undefined, alg: unknown) => readonly VerificationKey[];
};

/**
 * A set of keys to verify with, several during a rotation. `find` matches `kid` exactly; a `kid` that nobody has may
 * mean any key without one, and a header without a `kid` any key of its algorithm. Throws a TypeError on two keys with
 * one `kid`.
 */
export function keySet(keys: readonly VerificationKey[]): KeySet {
  if (!Array.isArray(keys)) throw noKeys();
  const byKid = indexByKid(keys);
  const byAlgorithm = indexByAlgorithm(keys);
  const nameless = indexByAlgorithm(keys.filter(({ kid }) => kid === undefined));
  const set: KeySet = Object.freeze({
    size: keys.length,
    keys: Object.freeze([...keys]),
    find(kid: string | undefined, alg: unknown) {
      if (kid === undefined) return byAlgorithm.get(alg) ?? none;
      const named = byKid.get(kid);
      if (named === undefined) return nameless.get(alg) ?? none;
      return named[0]?.alg === alg ? named : none;
    },
  });
  made.add(set);
  return set;
}

/** Whether a value is a set made here, whose answers never change. */
export const isKeySet = (value: object): boolean => made.has(value);

const made = new WeakSet<object>();

const noKeys = (): TypeError => new TypeError("keySet: expects keys made by publicKey or hmacKey");

const none: readonly VerificationKey[] = Object.freeze([]);

function indexByKid(keys: readonly VerificationKey[]): ReadonlyMap<unknown, readonly VerificationKey[]> {
  const byKid = new Map<unknown, readonly VerificationKey[]>();
  for (const key of keys) {
    if (!Key.isVerificationKey(key)) throw noKeys();
    if (key.kid === undefined) continue;
    if (byKid.has(key.kid)) throw new TypeError("keySet: two keys have the same kid");
    byKid.set(key.kid, Object.freeze([key]));
  }
  return byKid;
}

const indexByAlgorithm = (keys: readonly VerificationKey[]): ReadonlyMap<unknown, readonly VerificationKey[]> =>
  new Map(keys.map(({ alg }) => [alg, Object.freeze(keys.filter((key) => key.alg === alg))]));
