import { type Cuts, tagOf } from "./cuts.ts";
import { expiryWord, type Segment, slotWords } from "./segment.ts";

/** Entries of a segment in columns: as they are held, in the order of their lower halves as unsigned numbers. */
export type EntryColumns = {
  readonly lows: Int32Array;
  readonly highs: Int32Array;
  readonly tags: Uint8Array;
  /** 0 where the entry has none. */
  readonly positions: Float64Array;
  /** -Infinity where the entry has none. */
  readonly issuedBefore: Float64Array;
  /** Seconds since the epoch. */
  readonly expiries: Uint32Array;
};

/** The entries of a segment whose lower halves are not below `from`. */
export function columnsOf({ slots, count }: Segment, from: number, cuts: Cuts): EntryColumns {
  const order = ordered(slots, count, from);
  const { length } = order;
  const lows = new Int32Array(length);
  const highs = new Int32Array(length);
  const tags = new Uint8Array(length);
  const positions = new Float64Array(length);
  const issuedBefore = new Float64Array(length);
  const expiries = new Uint32Array(length);
  for (let index = 0; index < length; index++) {
    const at = order[index] ?? 0;
    lows[index] = slots[at] ?? 0;
    highs[index] = slots[at + 1] ?? 0;
    tags[index] = tagOf(slots, at);
    positions[index] = cuts.position(slots, at);
    issuedBefore[index] = cuts.issuedBefore(slots, at);
    expiries[index] = (slots[at + expiryWord] ?? 0) >>> 0;
  }
  return { lows, highs, tags, positions, issuedBefore, expiries };
}

/** Where the slots begin, in order. They are nearly in order as they lie, so that each has to pass a few others at most. */
function ordered(slots: Int32Array, count: number, from: number): Uint32Array {
  const order = new Uint32Array(count);
  let length = 0;
  for (let at = 0; at < slots.length; at += slotWords) {
    const low = (slots[at] ?? 0) >>> 0;
    if (slots[at + expiryWord] === 0 || low < from) continue;
    let place = length;
    for (; place > 0 && (slots[order[place - 1] ?? 0] ?? 0) >>> 0 > low; place--) order[place] = order[place - 1] ?? 0;
    order[place] = at;
    length += 1;
  }
  return order.subarray(0, length);
}
