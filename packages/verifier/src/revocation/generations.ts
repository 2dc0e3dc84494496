import type { FingerprintKey, NamedKey } from "../wire/fingerprint.ts";
import type { RevocationEntry } from "../wire/frames.ts";
import type { Prints } from "../wire/prints.ts";
import { createEvidence, type Evidence, type Version } from "./evidence.ts";

/**
 * What is held, by the key of its fingerprints. Names that arrive are hashed under the key of today. What came under an earlier
 * one stays as it is until it has expired: it cannot be hashed anew, since nobody has its names.
 */
export type Generations = {
  readonly version: Version;
  /** Under the key of today. All that is learnt by name goes here. */
  readonly current: Evidence;
  /** Under other keys; they learn nothing while they are here. */
  readonly older: readonly Evidence[];
  /** The name of the key of today; undefined for one of our own, which nobody else has. */
  readonly keyId: string | undefined;
};

/** Generations, and how they change. */
export type GenerationsKeeper = {
  readonly held: Generations;
  readonly size: () => number;
  /** Makes a key the one of today. What is held under others, or was under this one before, stays. */
  readonly use: (key: NamedKey) => void;
  /** Joins entries by name, and fingerprints that were taken under the key of today. Forgets some of what expired before `now`. */
  readonly learn: (entries: readonly RevocationEntry[], prints: readonly Prints[], now: number) => void;
};

/** One generation of nothing, under a key of our own. */
export function createGenerations(key: FingerprintKey): GenerationsKeeper {
  const version = { now: 0 };
  const byKey = new Map<string | undefined, Evidence>();
  const held = {
    version,
    current: createEvidence(key, version),
    older: [] as readonly Evidence[],
    keyId: undefined as string | undefined,
  };
  byKey.set(undefined, held.current);

  /** What is empty is dropped. */
  const settle = (): void => {
    for (const [id, { size }] of byKey) if (size === 0 && id !== held.keyId) byKey.delete(id);
    held.older = [...byKey.values()].filter((evidence) => evidence !== held.current);
  };

  return {
    held,
    size: () => [...byKey.values()].reduce((sum, { size }) => sum + size, 0),
    use: ({ id, key: next }) => {
      if (id === held.keyId) return;
      const known = byKey.get(id);
      held.keyId = id;
      held.current = known ?? createEvidence(next, version);
      byKey.set(id, held.current);
      // While it was among the older ones, others learnt what it did not hear of.
      version.now += 1;
      held.current.recent.restart(version.now);
      settle();
    },
    learn: (entries, prints, now) => {
      held.current.learn({ entries, prints }, now);
      if (held.older.length === 0) return;
      for (const evidence of held.older) evidence.forget(now, 64 + 2 * entries.length);
      settle();
    },
  };
}
