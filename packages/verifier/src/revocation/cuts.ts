import { cutWord, slotWords } from "./segment.ts";

/** Reads and writes what the entry of a slot kills by; the slot itself has 32 bits for it. `at` is where the slot begins. */
export type Cuts = {
  /** Joins a cut to what the slot says: the later position and the later instant win. */
  readonly join: (slots: Int32Array, at: number, cut: Cut) => void;
  readonly position: (slots: Int32Array, at: number) => number;
  readonly issuedBefore: (slots: Int32Array, at: number) => number;
  /** To be called before the slot is emptied. */
  readonly forget: (slots: Int32Array, at: number) => void;
};

/** What joined entries of one kind and key say. */
export type Cut = {
  /** They kill tokens that vouch for a log position before this one; 0 kills none. */
  readonly pos: number;
  /** They kill tokens issued at or before this NumericDate; `never` kills none. */
  readonly issuedBefore: number;
};

/** The instant before which no token was issued. */
export const never: number = Number.NEGATIVE_INFINITY;

const nothing: Cut = { pos: 0, issuedBefore: never };

/** Stands in a slot whose cut is written down besides. */
const elsewhere = 2 ** 32 - 1;

/**
 * A slot says its position relative to a base, which moves up once in two thousand million positions, in all slots at once. What 32
 * bits cannot say is written down besides: an instant, and a position that is not among the 2^32 after the base. Both are rare.
 */
export function createCuts(allSlots: () => Iterable<Int32Array>): Cuts {
  const besides = new Map<bigint, Cut>();
  let base = 0;

  const read = (slots: Int32Array, at: number): Cut => {
    const relative = relativeCut(slots, at);
    if (relative === elsewhere) return besides.get(nameOf(slots, at)) ?? nothing;
    return relative === 0 ? nothing : { pos: base + relative, issuedBefore: never };
  };

  const write = (slots: Int32Array, at: number, cut: Cut): void => {
    const relative = cut.pos - base;
    const fits = cut.issuedBefore === never && relative > 0 && relative < elsewhere;
    if (!fits) besides.set(nameOf(slots, at), cut);
    else if (relativeCut(slots, at) === elsewhere) besides.delete(nameOf(slots, at));
    slots[at + cutWord] = fits ? relative : elsewhere;
  };

  const moveBase = (to: number): void => {
    const from = base;
    base = to;
    for (const slots of allSlots()) {
      for (let at = 0; at < slots.length; at += slotWords) {
        const relative = relativeCut(slots, at);
        if (relative === 0 || relative === elsewhere) continue;
        write(slots, at, { pos: from + relative, issuedBefore: never });
      }
    }
  };

  return {
    join: (slots, at, { pos, issuedBefore }) => {
      if (pos - base >= elsewhere) moveBase(pos - 2 ** 31);
      const known = read(slots, at);
      write(slots, at, {
        pos: Math.max(known.pos, pos),
        issuedBefore: Math.max(known.issuedBefore, issuedBefore),
      });
    },
    position: (slots, at) => {
      const relative = relativeCut(slots, at);
      return relative === elsewhere ? read(slots, at).pos : base + relative;
    },
    issuedBefore: (slots, at) => (relativeCut(slots, at) === elsewhere ? read(slots, at).issuedBefore : never),
    forget: (slots, at) => {
      if (relativeCut(slots, at) === elsewhere) besides.delete(nameOf(slots, at));
    },
  };
}

const relativeCut = (slots: Int32Array, at: number): number => (slots[at + cutWord] ?? 0) >>> 0;

/** The fingerprint in the slot. */
const nameOf = (slots: Int32Array, at: number): bigint =>
  (BigInt(slots[at + 1] ?? 0) << 32n) | BigInt((slots[at] ?? 0) >>> 0);
