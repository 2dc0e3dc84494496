import { createCuts, never } from "./cuts.ts";
import type { Filters } from "./filter.ts";
import {
  claimSlot,
  expiryWord,
  findSlot,
  hasWaste,
  isFull,
  isLargest,
  newSegment,
  rebuild,
  removeAt,
  type Segment,
  slotWords,
  split,
} from "./segment.ts";

/**
 * Revocations by fingerprint. Entries only join: the largest position, instant and expiry win, so order and repetition do not
 * matter. Two keys that share a fingerprint, one pair in 2^64, share an entry: that kills a token too many, never one too few.
 */
export type RevocationTable = {
  readonly size: number;
  readonly join: (low: number, high: number, entry: JoinedEntry) => void;
  /** What has no bits in these is certainly not in the table. They are others after each `join` and `sweep`. */
  readonly filters: Filters;
  readonly has: (low: number, high: number) => boolean;
  /** The position by which the entry kills; 0 if there is no entry, or it has none. */
  readonly position: (low: number, high: number) => number;
  /** The NumericDate by which the entry kills; -Infinity if there is no entry, or it has none. */
  readonly issuedBefore: (low: number, high: number) => number;
  /** Looks at up to `count` slots, going round, and forgets what expired before `now` (milliseconds since the epoch). */
  readonly sweep: (now: number, count: number) => void;
};

/** What an entry says, without its kind and key. With `issuedBefore`, its position kills nothing. */
export type JoinedEntry = {
  readonly pos: number;
  readonly issuedBefore?: number;
  /** Milliseconds since the epoch; held to the second, rounded up. */
  readonly expiresAt: number;
};

/**
 * An empty table. It grows by extendible hashing: one segment at a time is made larger or split in two, so no entry waits for
 * all others to be moved, and no second table stands beside the first.
 */
export function createRevocationTable(): RevocationTable {
  const segments = [newSegment(0, 0)];
  const cuts = createCuts(() => segments.map(({ slots }) => slots));
  const hand = { segment: 0, at: 0 };
  let size = 0;
  /** Indexed by the lowest bits of the upper half. A segment that is less deep stands in it several times. */
  let directory = [...segments];
  let filters: Filters = directory.map(({ filter }) => filter);

  const segmentOf = (high: number): Segment => {
    const segment = directory[high & (directory.length - 1)];
    if (segment === undefined) throw new Error("the directory has a hole");
    return segment;
  };

  const remake = (segment: Segment): void => {
    if (isFull(segment) && isLargest(segment)) splitUp(segment);
    else rebuild(segment);
    filters = directory.map(({ filter }) => filter);
  };

  const splitUp = (segment: Segment): void => {
    const [zero, one] = split(segment);
    if (directory.length === 2 ** segment.depth) directory = [...directory, ...directory];
    directory = directory.map((each, index) => {
      if (each !== segment) return each;
      return (index >>> segment.depth) & 1 ? one : zero;
    });
    segments.splice(segments.indexOf(segment), 1, zero, one);
  };

  /** The slot of a fingerprint; a new one says nothing yet. */
  const slotFor = (low: number, high: number): SlotPlace => {
    const known = segmentOf(high);
    const found = findSlot(known, low, high);
    if (found >= 0) return { slots: known.slots, at: found };
    if (isFull(known)) remake(known);
    const segment = segmentOf(high);
    const at = ~findSlot(segment, low, high);
    claimSlot(segment, at, low, high);
    size += 1;
    return { slots: segment.slots, at };
  };

  const remove = (segment: Segment, at: number): void => {
    cuts.forget(segment.slots, at);
    removeAt(segment, at);
    size -= 1;
  };

  /** Moves the hand on by one slot; over an expired entry it stays, since the next one moves up to it. */
  const tick = (now: number): void => {
    const segment = segments[hand.segment];
    if (segment === undefined) {
      hand.segment = 0;
    } else if (hand.at >= segment.slots.length) {
      if (hasWaste(segment)) remake(segment);
      hand.segment += 1;
      hand.at = 0;
    } else if (isExpired(segment.slots, hand.at, now)) {
      remove(segment, hand.at);
    } else {
      hand.at += slotWords;
    }
  };

  return {
    get size() {
      return size;
    },
    get filters() {
      return filters;
    },
    join: (low, high, { pos, issuedBefore, expiresAt }) => {
      const { slots, at } = slotFor(low, high);
      cuts.join(slots, at, issuedBefore === undefined ? { pos, issuedBefore: never } : { pos: 0, issuedBefore });
      slots[at + expiryWord] = Math.max((slots[at + expiryWord] ?? 0) >>> 0, expiryOf(expiresAt));
    },
    has: (low, high) => findSlot(segmentOf(high), low, high) >= 0,
    position: (low, high) => {
      const segment = segmentOf(high);
      const at = findSlot(segment, low, high);
      return at < 0 ? 0 : cuts.position(segment.slots, at);
    },
    issuedBefore: (low, high) => {
      const segment = segmentOf(high);
      const at = findSlot(segment, low, high);
      return at < 0 ? never : cuts.issuedBefore(segment.slots, at);
    },
    sweep: (now, count) => {
      for (let looked = 0; looked < count; looked++) tick(now);
    },
  };
}

type SlotPlace = { readonly slots: Int32Array; readonly at: number };

/** Seconds in 32 bits, which end in 2106; what expires later stays for good. 0 is for empty slots. */
const expiryOf = (expiresAt: number): number => Math.min(Math.max(Math.ceil(expiresAt / 1000), 1), forGood);

const forGood = 2 ** 32 - 1;

function isExpired(slots: Int32Array, at: number, now: number): boolean {
  const expiry = (slots[at + expiryWord] ?? 0) >>> 0;
  return expiry !== 0 && expiry !== forGood && expiry * 1000 < now;
}
