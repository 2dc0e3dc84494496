import type { KeyChange, StoredKey } from "../store/ports.ts";
import { isOf, isPairKeptHere, membersOf, signerOf, standIn, stateOf } from "./life.ts";
import { endingAt, linked, newKeyOf, type Turning, withKeys } from "./line.ts";
import { accessLine, type KeyPolicy, type OwnLine, refreshLine, reloadEveryMs, timingOf } from "./policy.ts";

/**
 * What the clock wants done about the keys: there is one that signs, those that follow are published in time, what is over is
 * forgotten. Pure, so any process may decide under the lock of the set, and the second one finds nothing left to do.
 */
export const turnKeys = (keys: readonly StoredKey[], turning: Turning): KeyChange<undefined> => ({
  answer: undefined,
  ...differenceOf(keys, turned(keys, turning)),
});

/** The keys as they are after the turn. `isUrgent`: a key that signs at once, rather than the one that signed before. */
export function turned(
  keys: readonly StoredKey[],
  turning: Turning,
  { isUrgent = false }: { readonly isUrgent?: boolean } = {},
): readonly StoredKey[] {
  const { now, policy } = turning;
  const own = accessLine(policy);
  const mayWait = !isUrgent && own !== undefined && standIn(own, keys, now) !== undefined;
  const withAccess = own ? keepLine(own, keys, turning, mayWait) : keys;
  const withRefresh = keepLine(refreshLine, withAccess, turning, false);
  return closeAbandoned(withRefresh, turning).filter((key) => !isForgotten(key, turning));
}

/** Rows to write and to remove, by what differs. */
export function differenceOf(
  before: readonly StoredKey[],
  after: readonly StoredKey[],
): { readonly write: readonly StoredKey[]; readonly remove: readonly string[] } {
  const old = new Map(before.map((key) => [key.kid, key]));
  const kept = new Set(after.map(({ kid }) => kid));
  return {
    write: after.filter((key) => old.get(key.kid) !== key),
    remove: before.map(({ kid }) => kid).filter((kid) => !kept.has(kid)),
  };
}

type Keep = (line: OwnLine, keys: readonly StoredKey[], turning: Turning, mayWait: boolean) => readonly StoredKey[];

const keepLine: Keep = (line, keys, turning, mayWait) =>
  (line.signerKid === undefined ? keepGenerated : keepSigner)(line, keys, turning, mayWait);

/**
 * A line of keys that are made here. Its first key signs at once, unless another can sign while it is published (`mayWait`). So
 * many wait that each has been published for `publishAhead` when it signs: several, when they rotate faster than that.
 */
const keepGenerated: Keep = (line, keys, turning, mayWait) => {
  const { now, policy } = turning;
  const timing = timingOf(line, policy);
  const earliest = now + timing.publishAheadMs;
  const firstFrom = mayWait ? earliest : now;
  const [first = newKeyOf(line, firstFrom, turning), ...waiting] = membersOf(line, keys, now);
  const members = [noLaterThan(firstFrom, first)];
  const due = (): number => (members.at(-1) ?? first).signsFrom + timing.rotateEveryMs;
  // A clock that ran ahead for a while would else have put off the next rotation for as long.
  for (const key of waiting) members.push(noLaterThan(Math.max(due(), earliest), key));
  while (due() <= earliest + reloadEveryMs) members.push(newKeyOf(line, Math.max(due(), earliest), turning));
  return withKeys(keys, linked(members, now, timing));
};

const noLaterThan = (latest: number, key: StoredKey): StoredKey =>
  key.signsFrom <= latest ? key : { ...key, signsFrom: latest };

/**
 * A signer's key has no successor here, so it signs on a lease that goes on while a process has it in its configuration. Others
 * know from its row that it is published, and when it is over.
 */
const keepSigner: Keep = (line, keys, turning, mayWait) => {
  const { now, policy } = turning;
  const known = keys.find((key) => isOf(line, key));
  if (known?.revokedAt !== undefined) return keys;
  const leaseMs = Math.max(policy.rotateEveryMs, dayMs);
  const isRunning = known && known.signsUntil !== undefined && known.signsUntil > now;
  if (isRunning && (known.signsFrom <= now || mayWait)) {
    if (known.signsUntil - now >= leaseMs / 2) return keys;
    return withKeys(keys, [endingAt(known, now + leaseMs, policy.verifyForMs)]);
  }
  const signsFrom = mayWait ? now + policy.publishAheadMs : now;
  const key = { ...(known ?? newKeyOf(line, signsFrom, turning)), signsFrom };
  return withKeys(keys, [endingAt(key, signsFrom + leaseMs, policy.verifyForMs)]);
};

const dayMs = 86_400_000;

/** A key pair of an earlier setting ends when its successor is overdue: a process that still signs with its line would have made one. */
function closeAbandoned(keys: readonly StoredKey[], { now, policy }: Turning): readonly StoredKey[] {
  const own = accessLine(policy);
  if (own && !signerOf(own, keys, now)) return keys;
  const isAbandoned = (key: StoredKey): boolean =>
    isPairKeptHere(key) && !(own && isOf(own, key)) && isOverdue(key, { now, policy });
  return keys.map((key) => (isAbandoned(key) ? endingAt(key, now, policy.verifyForMs) : key));
}

const isOverdue = (key: StoredKey, { now, policy }: { readonly now: number; readonly policy: KeyPolicy }): boolean =>
  stateOf(key, now) === "signing" &&
  key.signsUntil === undefined &&
  key.signsFrom + policy.rotateEveryMs + policy.publishAheadMs <= now;

/** A retired key stays on record for a while; a revoked one for good, so that it never comes back. */
const isForgotten = (key: StoredKey, { now, policy }: Turning): boolean =>
  stateOf(key, now) === "retired" && (key.verifiesUntil ?? now) + policy.verifyForMs <= now;
