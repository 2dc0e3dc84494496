import { addToFilter, type Filter, newFilter } from "./filter.ts";

/**
 * A part of the table: up to 65,536 slots with open addressing, and the filter in front of them. It is what is made anew at once,
 * so its size bounds every pause; and it can have any capacity, so that little memory lies idle.
 */
export type Segment = {
  /** Four words a slot: both halves of the fingerprint, a cut, and an expiry, which is 0 in an empty slot alone. */
  slots: Int32Array;
  filter: Filter;
  /** Slots in use. */
  count: number;
  /** Entries that were removed and whose bits are still in the filter. */
  removed: number;
  /** So many of the lowest bits of the upper half are the same in all its fingerprints. */
  readonly depth: number;
};

/** How many words a slot has. */
export const slotWords = 4;
/** Which of them is the cut; see cuts.ts. */
export const cutWord = 2;
/** Which of them is the expiry; see table.ts. */
export const expiryWord = 3;

const mostSlots = 65_536;
const highestLoad = 0.72;

/** An empty segment with room for so many entries and a sixteenth more. */
export function newSegment(depth: number, entries: number): Segment {
  const slots = Math.ceil(entries / highestLoad);
  const capacity = Math.min(mostSlots, slots + Math.max(64, slots >>> 4));
  return {
    slots: new Int32Array(capacity * slotWords),
    filter: newFilter(capacity * highestLoad),
    count: 0,
    removed: 0,
    depth,
  };
}

/** Whether one more entry would be too many for its slots. */
export const isFull = ({ count, slots }: Segment): boolean => count + 1 > (slots.length / slotWords) * highestLoad;

/** Whether it may not grow, only be split. */
export const isLargest = ({ slots }: Segment): boolean => slots.length === mostSlots * slotWords;

/** Where the slot of a fingerprint begins; if there is none, `~` the place for it, which is negative. */
export function findSlot({ slots }: Segment, low: number, high: number): number {
  let at = homeOf(slots, low);
  while (slots[at + expiryWord] !== 0) {
    if (slots[at] === low && slots[at + 1] === high) return at;
    at = next(slots, at);
  }
  return ~at;
}

/** The slot where the search for a fingerprint begins. It grows with the lower half, so that slots are copied nearly in order. */
const homeOf = (slots: Int32Array, low: number): number => (((low >>> 0) * (slots.length * 2 ** -34)) | 0) << 2;

const next = (slots: Int32Array, at: number): number => (at + slotWords === slots.length ? 0 : at + slotWords);

/** Makes the empty slot at `at` that of a fingerprint. Its expiry is to be written next: without one it is still empty. */
export function claimSlot(segment: Segment, at: number, low: number, high: number): void {
  const { slots, filter } = segment;
  slots[at] = low;
  slots[at + 1] = high;
  addToFilter(filter, low, high);
  segment.count += 1;
}

/** Empties a slot and moves up those behind it, so that a search may still end at the first empty one. */
export function removeAt(segment: Segment, at: number): void {
  const { slots } = segment;
  let hole = at;
  for (let from = next(slots, at); slots[from + expiryWord] !== 0; from = next(slots, from)) {
    const home = homeOf(slots, slots[from] ?? 0);
    if (distance(slots, home, from) < distance(slots, hole, from)) continue;
    slots.copyWithin(hole, from, from + slotWords);
    hole = from;
  }
  slots.fill(0, hole, hole + slotWords);
  segment.count -= 1;
  segment.removed += 1;
}

/** From one slot forward to another, around the end if need be. */
const distance = (slots: Int32Array, from: number, to: number): number =>
  to >= from ? to - from : to - from + slots.length;

/** Whether more was removed than is worth keeping room and bits for. */
export const hasWaste = ({ count, removed }: Segment): boolean => removed > 16 + (count >>> 2);

/** Makes slots and filter anew to their measure: with room for more, and without the bits of what was removed. */
export function rebuild(segment: Segment): void {
  const fresh = newSegment(segment.depth, segment.count + 1);
  copyInto(fresh, fresh, segment);
  segment.slots = fresh.slots;
  segment.filter = fresh.filter;
  segment.removed = 0;
}

/** Two segments that hold what one held, told apart by the next bit of the upper half. */
export function split(segment: Segment): readonly [zero: Segment, one: Segment] {
  const ones = countOnes(segment);
  const zero = newSegment(segment.depth + 1, segment.count - ones + 1);
  const one = newSegment(segment.depth + 1, ones + 1);
  copyInto(zero, one, segment);
  return [zero, one];
}

function countOnes({ slots, depth }: Segment): number {
  let ones = 0;
  for (let at = 0; at < slots.length; at += slotWords) {
    if (slots[at + expiryWord] !== 0) ones += bitAt(depth, slots[at + 1] ?? 0);
  }
  return ones;
}

const bitAt = (depth: number, high: number): number => (high >>> depth) & 1;

function copyInto(zero: Segment, one: Segment, { slots, depth }: Segment): void {
  for (let from = 0; from < slots.length; from += slotWords) {
    if (slots[from + expiryWord] === 0) continue;
    const low = slots[from] ?? 0;
    const high = slots[from + 1] ?? 0;
    const target = bitAt(depth, high) === 0 ? zero : one;
    const copy = target.slots;
    let at = homeOf(copy, low);
    while (copy[at + expiryWord] !== 0) at = next(copy, at);
    claimSlot(target, at, low, high);
    copy[at + cutWord] = slots[from + cutWord] ?? 0;
    copy[at + expiryWord] = slots[from + expiryWord] ?? 0;
  }
}
