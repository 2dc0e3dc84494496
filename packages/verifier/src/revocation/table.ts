import { type RevocationEntry, type RevocationKind, revocationKinds } from "../wire/frames.ts";
import type { Cut } from "./rules.ts";

/** Revocations by kind and key. Entries only join: the largest position, instant and expiry win, so order and repetition do not matter. */
export type RevocationTable = {
  readonly size: number;
  readonly join: (entry: RevocationEntry) => void;
  readonly find: (kind: RevocationKind, key: string) => Cut | undefined;
  /** Looks at up to `count` entries, going round, and forgets those that expired before `now` (milliseconds since the epoch). */
  readonly sweep: (now: number, count: number) => void;
};

/** An empty table. */
export function createRevocationTable(): RevocationTable {
  const slots = new Map<string, Slot>();
  const tags = new Map<RevocationKind, string>(revocationKinds.map((kind, index) => [kind, String(index)]));
  const slotKey = (kind: RevocationKind, key: string): string => `${tags.get(kind)}${key}`;
  let hand = slots.entries();

  return {
    get size() {
      return slots.size;
    },
    join: (entry) => {
      const key = slotKey(entry.kind, entry.key);
      const { pos, issuedBefore, expiresAt } = slots.get(key) ?? nothing;
      slots.set(key, {
        pos: entry.issuedBefore === undefined ? Math.max(pos, entry.pos) : pos,
        issuedBefore: Math.max(issuedBefore, entry.issuedBefore ?? never),
        expiresAt: Math.max(expiresAt, entry.expiresAt),
      });
    },
    find: (kind, key) => slots.get(slotKey(kind, key)),
    sweep: (now, count) => {
      for (let looked = 0; looked < count && slots.size > 0; looked++) {
        const { value, done } = hand.next();
        if (done) hand = slots.entries();
        else if (value[1].expiresAt < now) slots.delete(value[0]);
      }
    },
  };
}

type Slot = Cut & { readonly expiresAt: number };

const never = Number.NEGATIVE_INFINITY;

const nothing: Slot = { pos: never, issuedBefore: never, expiresAt: never };
