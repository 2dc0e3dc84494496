import { createFingerprint, type FingerprintKey } from "../wire/fingerprint.ts";
import type { RevocationEntry, RevocationKind } from "../wire/frames.ts";
import { boundsOf } from "../wire/numberColumns.ts";
import type { Prints } from "../wire/prints.ts";
import { type Filter, missingBits } from "./filter.ts";
import { createRecent, mostRecent, type Recent } from "./recent.ts";
import { killsByPosition, type RevocableClaims, type Rule, ruleOf, rules } from "./rules.ts";
import { createRevocationTable, type RevocationTable } from "./table.ts";

/**
 * All entries that are held under one key, and what they say about tokens. What is asked at each check is data, and no function:
 * that takes a third of the time.
 */
export type Evidence = {
  readonly size: number;
  /** Whether there may be entries that name many tokens: those of a client, a tenant or a key, or all. */
  readonly isBroad: boolean;
  /** Whether there may be entries of these kinds: what there is none of is not looked for. */
  readonly hasTokens: boolean;
  readonly hasSessions: boolean;
  readonly hasSubjects: boolean;
  /** The version of the view at which such an entry was learnt last; -1 if none was. */
  readonly broadAt: number;
  /** A fingerprint that has not all its bits in it belongs to no entry. */
  readonly filter: Filter;
  /** What was learnt last. */
  readonly recent: Recent;
  /** Whether there is an entry with this fingerprint. */
  readonly has: (low: number, high: number) => boolean;
  /** Joins entries, by name and by fingerprint, and forgets some of what expired before `now` (milliseconds since the epoch): more than was joined. */
  readonly learn: (news: News, now: number) => void;
  /** Forgets some of what expired. */
  readonly forget: (now: number, slots: number) => void;
  /** Makes room at once for so many entries, if there are none. */
  readonly reserve: RevocationTable["reserve"];
  readonly part: RevocationTable["part"];
  /** Whether any entry kills the token. */
  readonly isRevoked: (claims: RevocableClaims, kid: string | undefined) => boolean;
  /** Whether an entry of this kind kills the token; undefined if the token has no value of that kind. */
  readonly isRevokedBy: (kind: RevocationKind, claims: RevocableClaims, kid: string | undefined) => boolean | undefined;
  /** Writes the fingerprint by which entries of this kind and key are found to `into[0]` and `into[1]`. */
  readonly fingerprint: (kind: RevocationKind, key: string, into: Int32Array) => void;
};

/** Entries by name, and entries by fingerprint under the evidence's own key. */
export type News = { readonly entries: readonly RevocationEntry[]; readonly prints: readonly Prints[] };

/** The version of a view, which all its evidence moves: whenever a token that was clean may be clean no more. */
export type Version = { now: number };

/** No entries yet. Fingerprints are taken under `key`. */
export function createEvidence(key: FingerprintKey, version: Version): Evidence {
  const table = createRevocationTable();
  const take = createFingerprint(key);
  const words = new Int32Array(2);
  const recent = createRecent(version.now);
  /** By tag: until when there may be entries of the kind, and whether there may be some now. A kind that has none costs no hash. */
  const heldUntil = rules.map(() => Number.NEGATIVE_INFINITY);
  const isHeld = rules.map(() => false);
  /** Whether what is joined is few enough to be remembered as recent. */
  let isSmall = true;

  const join = ({ kind, key: name, ...entry }: RevocationEntry): void => {
    const { tag } = ruleOf[kind];
    take(tag, name, words);
    joinAt(words[0] ?? 0, words[1] ?? 0, { ...entry, tag });
  };

  const joinAt = (low: number, high: number, entry: Parameters<RevocationTable["join"]>[2]): void => {
    const { tag, expiresAt } = entry;
    table.join(low, high, entry);
    if (isSmall) recent.add(low, high);
    note(tag, expiresAt);
  };

  /** That there is an entry of a kind until then. */
  const note = (tag: number, expiresAt: number): void => {
    heldUntil[tag] = Math.max(heldUntil[tag] ?? expiresAt, expiresAt);
    if (rules[tag]?.names === "many") evidence.broadAt = version.now + 1;
  };

  const joinPrints = (prints: Prints): void => {
    if (isSmall || prints.issuedBefore) joinEach(prints);
    else joinAll(prints);
  };

  const joinAll = (prints: Prints): void => {
    const { tag } = ruleOf[prints.kind];
    // Before the entries, so that none is held and not looked for if they are cut off.
    note(tag, boundsOf(prints.expiries).most * 1000);
    table.joinColumns(tag, prints);
  };

  const joinEach = ({ kind, lows, highs, positions, expiries, issuedBefore }: Prints): void => {
    const { tag } = ruleOf[kind];
    for (let at = 0; at < lows.length; at++) {
      const entry = { tag, pos: positions[at] ?? 0, expiresAt: (expiries[at] ?? 0) * 1000 };
      if (issuedBefore === undefined) joinAt(lows[at] ?? 0, highs[at] ?? 0, entry);
      else joinAt(lows[at] ?? 0, highs[at] ?? 0, { ...entry, issuedBefore: issuedBefore[at] ?? 0 });
    }
  };

  const isKilled = (rule: Rule, name: string, claims: RevocableClaims): boolean => {
    if (!isHeld[rule.tag]) return false;
    take(rule.tag, name, words);
    const low = words[0] ?? 0;
    const high = words[1] ?? 0;
    const { filter } = evidence;
    if (missingBits(filter.words, filter.shift, low, high) !== 0) return false;
    return claims.iat <= table.issuedBefore(low, high) || killsByPosition(rule, table.position(low, high), claims);
  };

  /** What is held by now is what is asked. */
  const publish = (now: number): void => {
    for (const { tag } of rules) isHeld[tag] = (heldUntil[tag] ?? now) >= now;
    evidence.isBroad = rules.some(({ tag, names }) => names === "many" && isHeld[tag]);
    evidence.hasTokens = isHeld[ruleOf.token.tag] ?? true;
    evidence.hasSessions = isHeld[ruleOf.session.tag] ?? true;
    evidence.hasSubjects = isHeld[ruleOf.subject.tag] ?? true;
    evidence.filter = table.filter;
  };

  const evidence = {
    isBroad: false,
    hasTokens: false,
    hasSessions: false,
    hasSubjects: false,
    broadAt: -1,
    filter: table.filter,
    recent,
    has: table.has,
    get size() {
      return table.size;
    },
    learn: ({ entries, prints }: News, now: number) => {
      const count = prints.reduce((sum, { lows }) => sum + lows.length, entries.length);
      try {
        recent.turn(version.now);
        isSmall = count <= mostRecent;
        for (const entry of entries) join(entry);
        for (const each of prints) joinPrints(each);
        table.sweep(now, 64 + 2 * count);
      } finally {
        // Also for entries that were joined before one that cannot be.
        publish(now);
        if (count > 0) version.now += 1;
        if (!isSmall) recent.restart(version.now);
      }
    },
    forget: (now: number, slots: number) => {
      table.sweep(now, slots);
      publish(now);
    },
    reserve: (entries: number) => {
      table.reserve(entries);
      evidence.filter = table.filter;
    },
    part: table.part,
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
