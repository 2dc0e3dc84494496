import type { StoredKey } from "../store/ports.ts";
import { membersOf } from "./life.ts";
import { type KeyPolicy, type Line, type LineTiming, type OwnLine, timingOf } from "./policy.ts";

/** What a decision about keys goes by. `makeKey` gives a new key of a line, sealed. */
export type Turning = { readonly now: number; readonly policy: KeyPolicy; readonly makeKey: MakeKey };

/** Gives a key that was made before the decision. */
export type MakeKey = (line: OwnLine) => Pick<StoredKey, "kid" | "sealed">;

/** A new key of a line, published from now on. */
export const newKeyOf = (line: OwnLine, signsFrom: number, { now, makeKey }: Turning): StoredKey => ({
  ...makeKey(line),
  purpose: line.purpose,
  alg: line.alg,
  createdAt: now,
  signsFrom,
  signsUntil: undefined,
  verifiesUntil: undefined,
  revokedAt: undefined,
});

/** Keys with others in their place, by kid, and new ones at the end. */
export function withKeys(keys: readonly StoredKey[], changed: readonly StoredKey[]): readonly StoredKey[] {
  const byKid = new Map(changed.map((key) => [key.kid, key]));
  const known = new Set(keys.map(({ kid }) => kid));
  return [...keys.map((key) => byKid.get(key.kid) ?? key), ...changed.filter(({ kid }) => !known.has(kid))];
}

/** Members of a line, each of which signs until the next one does; the last one has no end yet. */
export const linked = (members: readonly StoredKey[], now: number, { verifyForMs }: LineTiming): readonly StoredKey[] =>
  members.map((key, at) => {
    const successor = members[at + 1];
    const signsUntil = successor && Math.max(successor.signsFrom, now);
    return key.signsUntil === signsUntil ? key : endingAt(key, signsUntil, verifyForMs);
  });

/** A key with another end: it verifies for a while after it. */
export const endingAt = (key: StoredKey, signsUntil: number | undefined, verifyForMs: number): StoredKey => ({
  ...key,
  signsUntil,
  verifiesUntil: signsUntil === undefined ? undefined : signsUntil + verifyForMs,
});

/** The keys once one of a line has dropped out: the one before it goes on until the one after. */
export const relinked = (line: Line, keys: readonly StoredKey[], { now, policy }: Turning): readonly StoredKey[] =>
  line.signerKid === undefined ? withKeys(keys, linked(membersOf(line, keys, now), now, timingOf(line, policy))) : keys;
