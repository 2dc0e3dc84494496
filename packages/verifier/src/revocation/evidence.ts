import type { RevocationEntry, RevocationKind } from "../wire/frames.ts";
import { type Filters, missingBits } from "./filter.ts";
import { createFingerprint, type FingerprintKey } from "./fingerprint.ts";
import { killsByPosition, type RevocableClaims, type Rule, ruleOf, rules } from "./rules.ts";
import { createRevocationTable } from "./table.ts";

/**
 * All entries that are held, and what they say about tokens. What is asked at each check is data, and no function: that takes a
 * third of the time.
 */
export type Evidence = {
  readonly size: number;
  /** Moves whenever a token that was clean may be clean no more. */
  readonly version: number;
  /** Whether there may be entries that name many tokens: those of a client, a tenant or a key, or all. */
  readonly isBroad: boolean;
  /** A fingerprint that has not all its bits in these belongs to no entry. */
  readonly filters: Filters;
  /** Whether there is an entry with this fingerprint. */
  readonly has: (low: number, high: number) => boolean;
  /** Joins entries, and forgets some of what expired before `now` (milliseconds since the epoch): more than was joined. */
  readonly learn: (entries: readonly RevocationEntry[], now: number) => void;
  /** Whether any entry kills the token. */
  readonly isRevoked: (claims: RevocableClaims, kid: string | undefined) => boolean;
  /** Whether an entry of this kind kills the token; undefined if the token has no value of that kind. */
  readonly isRevokedBy: (kind: RevocationKind, claims: RevocableClaims, kid: string | undefined) => boolean | undefined;
  /** Writes the fingerprint by which entries of this kind and key are found to `into[0]` and `into[1]`. */
  readonly fingerprint: (kind: RevocationKind, key: string, into: Int32Array) => void;
};

/** No entries yet. Fingerprints are taken under `key`. */
export function createEvidence(key: FingerprintKey): Evidence {
  const table = createRevocationTable();
  const take = createFingerprint(key);
  const words = new Int32Array(2);
  /** By tag: until when there may be entries of the kind, and whether there may be some now. A kind that has none costs no hash. */
  const heldUntil = rules.map(() => Number.NEGATIVE_INFINITY);
  const isHeld = rules.map(() => false);

  const join = ({ kind, key: name, ...entry }: RevocationEntry): void => {
    const { tag } = ruleOf[kind];
    take(tag, name, words);
    table.join(words[0] ?? 0, words[1] ?? 0, entry);
    heldUntil[tag] = Math.max(heldUntil[tag] ?? entry.expiresAt, entry.expiresAt);
  };

  const isKilled = (rule: Rule, name: string, claims: RevocableClaims): boolean => {
    if (!isHeld[rule.tag]) return false;
    take(rule.tag, name, words);
    const low = words[0] ?? 0;
    const high = words[1] ?? 0;
    if (missingBits(evidence.filters, low, high) !== 0) return false;
    return claims.iat <= table.issuedBefore(low, high) || killsByPosition(rule, table.position(low, high), claims);
  };

  /** What is held by now is what is asked. */
  const publish = (now: number): void => {
    for (const { tag } of rules) isHeld[tag] = (heldUntil[tag] ?? now) >= now;
    evidence.isBroad = rules.some(({ tag, names }) => names === "many" && isHeld[tag]);
    evidence.filters = table.filters;
  };

  const evidence = {
    version: 0,
    isBroad: false,
    filters: table.filters,
    has: table.has,
    get size() {
      return table.size;
    },
    learn: (entries: readonly RevocationEntry[], now: number) => {
      try {
        for (const entry of entries) join(entry);
        table.sweep(now, 64 + 4 * entries.length);
      } finally {
        // Also for entries that were joined before one that cannot be.
        publish(now);
        if (entries.length > 0) evidence.version += 1;
      }
    },
    isRevoked: (claims: RevocableClaims, kid: string | undefined) => {
      for (const rule of rules) {
        const name = rule.keyOf(claims, kid);
        if (name !== undefined && isKilled(rule, name, claims)) return true;
      }
      return false;
    },
    isRevokedBy: (kind: RevocationKind, claims: RevocableClaims, kid: string | undefined) => {
      const rule = ruleOf[kind];
      const name = rule.keyOf(claims, kid);
      return name === undefined ? undefined : isKilled(rule, name, claims);
    },
    fingerprint: (kind: RevocationKind, name: string, into: Int32Array) => take(ruleOf[kind].tag, name, into),
  };
  return evidence;
}
