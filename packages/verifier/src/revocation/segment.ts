/**
 * A part of the table: up to 65,536 slots with open addressing, for all fingerprints whose lower halves begin with the same bits. It
 * is what is made anew at once, so its size bounds a pause; and it can have any capacity, so that little memory lies idle.
 */
export type Segment = {
  /** Four words a slot: both halves of the fingerprint, a cut, and an expiry, which is 0 in an empty slot alone. */
  slots: Int32Array;
  /** Slots in use. */
  count: number;
  /** Entries that were removed and whose bits are still in the filter. */
  removed: number;
  /** So many of the highest bits of the lower half are the same in all its fingerprints. */
  readonly depth: number;
  /** Those bits, as a number. */
  readonly prefix: number;
};

/** How many words a slot has. */
export const slotWords = 4;
/** Which of them is the cut; see cuts.ts. */
export const cutWord = 2;
/** Which of them is the expiry; see table.ts. */
export const expiryWord = 3;

const mostSlots = 65_536;
const highestLoad = 0.72;
/** Deeper it is not split, as fingerprints that agree in so many bits are nobody's chance; it grows then, whatever the pause. */
const mostDepth = 16;

/** The most entries that a segment takes before it is split. */
export const mostEntries: number = Math.floor(mostSlots * highestLoad);

/** An empty segment with room for so many entries and a sixteenth more. */
export function newSegment({ depth, prefix }: Pick<Segment, "depth" | "prefix">, entries: number): Segment {
  const slots = Math.ceil(entries / highestLoad);
  const most = depth < mostDepth ? mostSlots : Number.POSITIVE_INFINITY;
  const capacity = Math.min(most, slots + Math.max(64, slots >>> 4));
  return { slots: new Int32Array(capacity * slotWords), count: 0, removed: 0, depth, prefix };
}

/** How many entries it takes. */
export const capacityOf = ({ slots }: Segment): number => (slots.length / slotWords) * highestLoad;

/** Whether one more entry would be too many for its slots. */
export const isFull = (segment: Segment): boolean => segment.count + 1 > capacityOf(segment);

/** Whether it may not grow, only be split. */
export const isLargest = ({ slots, depth }: Segment): boolean =>
  slots.length === mostSlots * slotWords && depth < mostDepth;

/** Where the slot of a fingerprint begins; if there is none, `~` the place for it, which is negative. */
export function findSlot({ slots, depth }: Segment, low: number, high: number): number {
  let at = homeOf(slots, low, depth);
  while (slots[at + expiryWord] !== 0) {
    if (slots[at] === low && slots[at + 1] === high) return at;
    at = next(slots, at);
  }
  return ~at;
}

/** The slot where the search for a fingerprint begins. It grows with the lower half, so that slots are copied nearly in order. */
const homeOf = (slots: Int32Array, low: number, depth: number): number =>
  ((((low << depth) >>> 0) * (slots.length * 2 ** -34)) | 0) << 2;

const next = (slots: Int32Array, at: number): number => (at + slotWords === slots.length ? 0 : at + slotWords);

/** Makes the empty slot at `at` that of a fingerprint. Its expiry is to be written next: without one it is still empty. */
export function claimSlot(segment: Segment, at: number, low: number, high: number): void {
  const { slots } = segment;
  slots[at] = low;
  slots[at + 1] = high;
  segment.count += 1;
}

/** Empties a slot and moves up those behind it, so that a search may still end at the first empty one. */
export function removeAt(segment: Segment, at: number): void {
  const { slots, depth } = segment;
  let hole = at;
  for (let from = next(slots, at); slots[from + expiryWord] !== 0; from = next(slots, from)) {
    const home = homeOf(slots, slots[from] ?? 0, depth);
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

/** Makes the slots anew to their measure: with room for more. */
export function rebuild(segment: Segment): void {
  const fresh = newSegment(segment, segment.count + 1);
  copyInto(fresh, fresh, segment);
  segment.slots = fresh.slots;
  segment.removed = 0;
}

/** Two segments that hold what one held, told apart by the next bit of the lower half. */
export function split(segment: Segment): readonly [zero: Segment, one: Segment] {
  const ones = countOnes(segment);
  const depth = segment.depth + 1;
  const zero = newSegment({ depth, prefix: 2 * segment.prefix }, segment.count - ones + 1);
  const one = newSegment({ depth, prefix: 2 * segment.prefix + 1 }, ones + 1);
  copyInto(zero, one, segment);
  return [zero, one];
}

function countOnes({ slots, depth }: Segment): number {
  let ones = 0;
  for (let at = 0; at < slots.length; at += slotWords) {
    if (slots[at + expiryWord] !== 0) ones += bitAt(depth, slots[at] ?? 0);
  }
  return ones;
}

const bitAt = (depth: number, low: number): number => (low >>> (31 - depth)) & 1;

function copyInto(zero: Segment, one: Segment, { slots, depth }: Segment): void {
  for (let from = 0; from < slots.length; from += slotWords) {
    if (slots[from + expiryWord] === 0) continue;
    const low = slots[from] ?? 0;
    const target = bitAt(depth, low) === 0 ? zero : one;
    const copy = target.slots;
    let at = homeOf(copy, low, target.depth);
    while (copy[at + expiryWord] !== 0) at = next(copy, at);
    claimSlot(target, at, low, slots[from + 1] ?? 0);
    copy[at + cutWord] = slots[from + cutWord] ?? 0;
    copy[at + expiryWord] = slots[from + expiryWord] ?? 0;
  }
}
