import { cutWord, slotWords } from "./segment.ts";

/** Reads and writes what the entry of a slot kills by; the slot itself has 32 bits for it. `at` is where the slot begins. */
export type Cuts = {
  /** Joins a cut to what the slot says: the later position and the later instant win. `tag` is below 8, and the slot keeps it. */
  readonly join: (slots: Int32Array, at: number, cut: Cut, tag: number) => void;
  /** The same for a position alone, sooner; false if that has to be written down besides, and nothing was done. */
  readonly joinPosition: (slots: Int32Array, at: number, pos: number, tag: number) => boolean;
  readonly position: (slots: Int32Array, at: number) => number;
  readonly issuedBefore: (slots: Int32Array, at: number) => number;
  /** To be called before the slot is emptied. */
  readonly forget: (slots: Int32Array, at: number) => void;
};

/** The tag of the entry in a slot, from 0 to 7. */
export const tagOf = (slots: Int32Array, at: number): number => (slots[at + cutWord] ?? 0) >>> cutBits;

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

/** So many bits of the word are the cut; the three above them are the tag. */
const cutBits = 29;

/** Stands in a slot whose cut is written down besides. */
const elsewhere = 2 ** cutBits - 1;

/**
 * A slot says its position relative to a base, which moves up once in some two hundred million positions, in all slots at once. What
 * 29 bits cannot say is written down besides: an instant, and a position that is not among the 2^29 after the base. Both are rare.
 */
export function createCuts(allSlots: () => Iterable<Int32Array>): Cuts {
  const besides = new Map<bigint, Cut>();
  let base = 0;

  const read = (slots: Int32Array, at: number): Cut => {
    const relative = relativeCut(slots, at);
    if (relative === elsewhere) return besides.get(nameOf(slots, at)) ?? nothing;
    return relative === 0 ? nothing : { pos: base + relative, issuedBefore: never };
  };

  const write = (slots: Int32Array, at: number, cut: Cut, tag: number): void => {
    const relative = cut.pos - base;
    const fits = cut.issuedBefore === never && relative > 0 && relative < elsewhere;
    if (!fits) besides.set(nameOf(slots, at), cut);
    else if (relativeCut(slots, at) === elsewhere) besides.delete(nameOf(slots, at));
    slots[at + cutWord] = (fits ? relative : elsewhere) | (tag << cutBits);
  };

  const moveBase = (to: number): void => {
    const from = base;
    base = to;
    for (const slots of allSlots()) {
      for (let at = 0; at < slots.length; at += slotWords) {
        const relative = relativeCut(slots, at);
        if (relative === 0 || relative === elsewhere) continue;
        write(slots, at, { pos: from + relative, issuedBefore: never }, tagOf(slots, at));
      }
    }
  };

  return {
    joinPosition: (slots, at, pos, tag) => {
      const relative = pos - base;
      const known = relativeCut(slots, at);
      if (relative <= 0 || relative >= elsewhere || known === elsewhere) return false;
      slots[at + cutWord] = Math.max(known, relative) | (tag << cutBits);
      return true;
    },
    join: (slots, at, { pos, issuedBefore }, tag) => {
      if (pos - base >= elsewhere) moveBase(pos - 2 ** (cutBits - 1));
      const known = read(slots, at);
      const cut = { pos: Math.max(known.pos, pos), issuedBefore: Math.max(known.issuedBefore, issuedBefore) };
      write(slots, at, cut, tag);
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

const relativeCut = (slots: Int32Array, at: number): number => (slots[at + cutWord] ?? 0) & elsewhere;

/** The fingerprint in the slot. */
const nameOf = (slots: Int32Array, at: number): bigint =>
  (BigInt(slots[at + 1] ?? 0) << 32n) | BigInt((slots[at] ?? 0) >>> 0);
