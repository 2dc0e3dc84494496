import type { ByteReader } from "./byteReader.ts";
import type { ByteWriter } from "./byteWriter.ts";

/** Steps so long that all fit into so many bits, but no longer than so. */
export type Steps = { readonly bits: number; readonly longest: number };

/** The largest expiry there is: it stands for all that comes later. */
export const largestExpiry: number = 2 ** 32 - 1;

/** Writes whole numbers: from the smallest one on, in steps, rounded up. */
export function writeRange(writer: ByteWriter, values: Float64Array | Uint32Array, { bits, longest }: Steps): void {
  const { least, most } = boundsOf(values);
  const range = most - least;
  const wanted = stepOf(range, { bits, longest });
  // What stands for "for good" is the largest there is, so nothing is rounded up beyond it.
  const isBeyond = values instanceof Uint32Array && least + Math.ceil(range / wanted) * wanted > largestExpiry;
  const step = isBeyond ? 1 : wanted;
  const width = bitsOf(Math.ceil(range / step));
  writer.number(least);
  writer.number(step);
  writer.byte(width);
  if (width === 0) return;
  for (const value of values) writer.bits(Math.ceil((value - least) / step), width);
  writer.align();
}

/** How long a step is for numbers of this range. */
export const stepOf = (range: number, { bits, longest }: Steps): number =>
  Math.max(1, Math.min(longest, Math.ceil(range / (2 ** bits - 1))));

/** Reads as many numbers as `values` has. Throws a TypeError for what the column cannot hold. */
export function readRange<Column extends Float64Array | Uint32Array>(reader: ByteReader, values: Column): Column {
  const least = reader.number();
  const step = reader.number();
  const width = reader.byte();
  if (width > 53 || step === 0) throw malformed("width or step");
  const largest = values instanceof Uint32Array ? largestExpiry : Number.MAX_SAFE_INTEGER;
  if (least > largest) throw malformed("number");
  values.fill(least);
  if (width === 0) return values;
  if (reader.packed({ width, least, step }, values) > largest) throw malformed("number");
  return values;
}

/** The smallest and the largest number; 0 and 0 of none. */
export function boundsOf(values: Float64Array | Uint32Array): { readonly least: number; readonly most: number } {
  let least = values[0] ?? 0;
  let most = least;
  for (let at = 1; at < values.length; at++) {
    const value = values[at] ?? 0;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

/** How many bits the whole numbers up to `most` take; 0 for 0. */
const bitsOf = (most: number): number => (most === 0 ? 0 : most.toString(2).length);

const malformed = (part: string): TypeError => new TypeError(`malformed fingerprints: ${part}`);
