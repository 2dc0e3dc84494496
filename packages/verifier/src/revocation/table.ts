import { expiryOf } from "../wire/prints.ts";
import { createCuts, never } from "./cuts.ts";
import { columnsOf, type EntryColumns } from "./entryColumns.ts";
import { addToFilter, doubled, type Filter, filterDepth, newFilter, segmentFilterDepth } from "./filter.ts";
import {
  capacityOf,
  claimSlot,
  expiryWord,
  findSlot,
  hasWaste,
  isFull,
  isLargest,
  mostEntries,
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
  /** The same for columns of entries without `issuedBefore`, sooner. */
  readonly joinColumns: (tag: number, columns: JoinedColumns) => void;
  /** What has no bits in it is certainly not in the table. It is another one after each `join`, `sweep` and `reserve`. */
  readonly filter: Filter;
  readonly has: (low: number, high: number) => boolean;
  /** The position by which the entry kills; 0 if there is no entry, or it has none. */
  readonly position: (low: number, high: number) => number;
  /** The NumericDate by which the entry kills; -Infinity if there is no entry, or it has none. */
  readonly issuedBefore: (low: number, high: number) => number;
  /** Looks at up to `count` slots, going round, and forgets what expired before `now` (milliseconds since the epoch). */
  readonly sweep: (now: number, count: number) => void;
  /** Makes room for so many entries at once, if the table is empty; else they make their own as they come. */
  readonly reserve: (entries: number) => void;
  /**
   * Some of the entries: those of one segment, whose lower halves, as unsigned numbers, go from `from` up to before `end`. Called
   * again with `end` until that is 2^32, it shows every entry that is there all the time.
   */
  readonly part: (from: number) => TablePart;
};

/** What an entry says, without its kind and key. With `issuedBefore`, its position kills nothing. */
export type JoinedEntry = {
  readonly pos: number;
  readonly issuedBefore?: number;
  /** Milliseconds since the epoch; held to the second, rounded up. */
  readonly expiresAt: number;
  /** From 0 to 7, kept for whoever reads the table. */
  readonly tag: number;
};

/** Columns of one length; expiries are in seconds, from 1 to 2^32 - 1. */
export type JoinedColumns = Pick<EntryColumns, "lows" | "highs" | "positions" | "expiries">;

/** Entries of a part of the table, and where the next part begins. */
export type TablePart = EntryColumns & { readonly end: number };

/**
 * An empty table. It grows by extendible hashing: one segment at a time is made larger or split in two, so no entry waits for
 * all others to be moved, and no second table stands beside the first.
 */
export function createRevocationTable(): RevocationTable {
  const first = newSegment(whole, 0);
  let segments = [first];
  const cuts = createCuts(() => segments.map(({ slots }) => slots));
  const hand = { segment: 0, at: 0 };
  let size = 0;
  let slotIn = 0;
  /** Indexed by the highest `depth` bits of the lower half. A segment that is less deep stands in it several times. */
  let directory = [...segments];
  let depth = 0;
  let filter = newFilter(filterDepth(capacityOf(first)));

  const segmentOf = (low: number): Segment => {
    const segment = directory[(low >>> 1) >>> (31 - depth)];
    if (segment === undefined) throw new Error("the directory has a hole");
    return segment;
  };

  const remake = (segment: Segment): void => {
    if (isFull(segment) && isLargest(segment)) splitUp(segment);
    else rebuild(segment);
    if (depth === 0) filter = newFilter(filterDepth(capacityOf(segment)));
    fillFilter(segment);
  };

  const splitUp = (segment: Segment): void => {
    if (depth === segment.depth) {
      directory = directory.flatMap((each) => [each, each]);
      filter = doubled(filter);
      depth += 1;
    }
    const [zero, one] = split(segment);
    for (const half of [zero, one]) directory.fill(half, ...rangeIn(directory.length, half));
    segments.splice(segments.indexOf(segment), 1, zero, one);
    fillFilter(one);
    fillFilter(zero);
  };

  /** Takes the bits of what is not in the segment out of its part of the filter. */
  const fillFilter = (segment: Segment): void => {
    const { slots } = segment;
    filter.words.fill(0, ...rangeIn(filter.words.length, segment));
    for (let at = 0; at < slots.length; at += slotWords) {
      if (slots[at + expiryWord] !== 0) addToFilter(filter, slots[at] ?? 0, slots[at + 1] ?? 0);
    }
  };

  /** The segment of a fingerprint; with its slot, where \`slotIn\` begins. A new one says nothing yet. */
  const slotFor = (low: number, high: number): Segment => {
    let segment = segmentOf(low);
    let at = findSlot(segment, low, high);
    slotIn = at;
    if (at >= 0) return segment;
    while (isFull(segment)) {
      remake(segment);
      segment = segmentOf(low);
      at = findSlot(segment, low, high);
    }
    claimSlot(segment, ~at, low, high);
    addToFilter(filter, low, high);
    size += 1;
    slotIn = ~at;
    return segment;
  };

  const remove = (segment: Segment, at: number): void => {
    cuts.forget(segment.slots, at);
    removeAt(segment, at);
    size -= 1;
  };

  /** Looks at up to `count` slots, in one segment, and answers at how many. Over an expired entry the hand stays, since the next one moves up to it. */
  const sweepSome = (now: number, count: number): number => {
    const segment = segments[hand.segment];
    if (segment === undefined) {
      hand.segment = 0;
      return 1;
    }
    const { slots } = segment;
    const end = Math.min(slots.length, hand.at + count * slotWords);
    const at = nextExpired(slots, hand.at, end, now);
    const looked = (at - hand.at) / slotWords + 1;
    hand.at = at;
    if (at < end) remove(segment, at);
    else if (end === slots.length) {
      if (hasWaste(segment)) remake(segment);
      hand.segment += 1;
      hand.at = 0;
    }
    return looked;
  };

  const reserve = (entries: number): void => {
    if (size > 0) return;
    depth = Math.max(0, Math.ceil(Math.log2(entries / (mostEntries * mostFilled))));
    const each = entries / 2 ** depth;
    const room = each + 4 * Math.sqrt(each);
    segments = Array.from({ length: 2 ** depth }, (_, prefix) => newSegment({ depth, prefix }, room));
    directory = [...segments];
    filter = newFilter(depth === 0 ? filterDepth(room) : segmentFilterDepth + depth);
  };

  return {
    get size() {
      return size;
    },
    get filter() {
      return filter;
    },
    join: (low, high, { pos, issuedBefore, expiresAt, tag }) => {
      const { slots } = slotFor(low, high);
      const at = slotIn;
      if (issuedBefore !== undefined) cuts.join(slots, at, { pos: 0, issuedBefore }, tag);
      else if (!cuts.joinPosition(slots, at, pos, tag)) cuts.join(slots, at, { pos, issuedBefore: never }, tag);
      slots[at + expiryWord] = Math.max((slots[at + expiryWord] ?? 0) >>> 0, expiryOf(expiresAt));
    },
    joinColumns: (tag, { lows, highs, positions, expiries }) => {
      for (let row = 0; row < lows.length; row++) {
        const { slots } = slotFor(lows[row] ?? 0, highs[row] ?? 0);
        const at = slotIn;
        const pos = positions[row] ?? 0;
        if (!cuts.joinPosition(slots, at, pos, tag)) cuts.join(slots, at, { pos, issuedBefore: never }, tag);
        slots[at + expiryWord] = Math.max((slots[at + expiryWord] ?? 0) >>> 0, expiries[row] ?? forGood);
      }
    },
    has: (low, high) => findSlot(segmentOf(low), low, high) >= 0,
    position: (low, high) => {
      const segment = segmentOf(low);
      const at = findSlot(segment, low, high);
      return at < 0 ? 0 : cuts.position(segment.slots, at);
    },
    issuedBefore: (low, high) => {
      const segment = segmentOf(low);
      const at = findSlot(segment, low, high);
      return at < 0 ? never : cuts.issuedBefore(segment.slots, at);
    },
    sweep: (now, count) => {
      for (let looked = 0; looked < count; ) looked += sweepSome(now, count - looked);
    },
    reserve,
    part: (from) => {
      const segment = segmentOf(from);
      // A segment that was split meanwhile begins before `from` or at it, and never ends before it.
      return { ...columnsOf(segment, from, cuts), end: rangeIn(2 ** 32, segment)[1] };
    },
  };
}

/** Of the whole range of lower halves. */
const whole = { depth: 0, prefix: 0 } as const;

/** Segments of a table that is made at once leave so much for more. */
const mostFilled = 0.85;

/** Where the part of a segment begins and ends in something that is `length` long and in the order of lower halves. */
function rangeIn(length: number, { depth, prefix }: Segment): [start: number, end: number] {
  const share = length / 2 ** depth;
  return [prefix * share, (prefix + 1) * share];
}

/** Seconds in 32 bits, which end in 2106; what expires later stays for good. 0 is for empty slots. */
const forGood = 2 ** 32 - 1;

/** Where the first slot begins, from `from` up to before `end`, whose entry expired before `now`; `end` if there is none. */
function nextExpired(slots: Int32Array, from: number, end: number, now: number): number {
  const seconds = Math.min(Math.ceil(now / 1000), forGood);
  for (let at = from; at < end; at += slotWords) {
    const expiry = (slots[at + expiryWord] ?? 0) >>> 0;
    if (expiry !== 0 && expiry < seconds) return at;
  }
  return end;
}
