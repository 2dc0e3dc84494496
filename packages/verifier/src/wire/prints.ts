import type { ByteReader } from "./byteReader.ts";
import type { ByteWriter } from "./byteWriter.ts";
import { expiriesByPosition, readExpiriesByPosition, writeExpiriesByPosition } from "./expiriesByPosition.ts";
import { type RevocationKind, revocationKinds } from "./kinds.ts";
import { largestExpiry, readRange, type Steps, writeRange } from "./numberColumns.ts";

/** Entries of one kind by fingerprint, in columns of one length: under whose key stands where they do. */
export type Prints = {
  readonly kind: RevocationKind;
  /** Both halves of the fingerprints, in the order of the lower ones as unsigned numbers. */
  readonly lows: Int32Array;
  readonly highs: Int32Array;
  /** The position by which each kills. */
  readonly positions: Float64Array;
  /** Until when each lives, in seconds since the epoch, whole. */
  readonly expiries: Uint32Array;
  /** The NumericDate by which each kills instead, if they do. */
  readonly issuedBefore?: Float64Array;
};

/** One entry by fingerprint. */
export type Print = {
  readonly low: number;
  readonly high: number;
  readonly pos: number;
  /** Seconds since the epoch, whole. */
  readonly expiry: number;
  readonly issuedBefore?: number;
};

/** An instant in milliseconds as an expiry: whole seconds, rounded up, from 1 to 2^32 - 1, which stands for all that comes later. */
export const expiryOf = (expiresAt: number): number =>
  Math.min(Math.max(Math.ceil(expiresAt / 1000), 1), largestExpiry);

/** Columns of entries, put in order; all of them have `issuedBefore`, or none. */
export function printsOf(kind: RevocationKind, list: readonly Print[]): Prints {
  const sorted = list.toSorted((one, other) => (one.low >>> 0) - (other.low >>> 0));
  const columns = {
    kind,
    lows: Int32Array.from(sorted, ({ low }) => low),
    highs: Int32Array.from(sorted, ({ high }) => high),
    positions: Float64Array.from(sorted, ({ pos }) => pos),
    expiries: Uint32Array.from(sorted, ({ expiry }) => expiry),
  };
  if (sorted[0]?.issuedBefore === undefined) return columns;
  return { ...columns, issuedBefore: Float64Array.from(sorted, ({ issuedBefore }) => issuedBefore ?? Number.NaN) };
}

/**
 * Writes columns: the lower halves as differences in the code of Golomb and Rice, the upper ones as they are, positions and expiries
 * in as many bits as their range takes. Expiries are rounded up to steps of seconds, or follow from positions where that rounds no
 * further.
 */
export function writePrints(writer: ByteWriter, prints: Prints, expirySteps: Steps): void {
  const { kind, lows, highs, positions, expiries, issuedBefore } = prints;
  const rungs = expiriesByPosition(prints, expirySteps);
  writer.byte(revocationKinds.indexOf(kind) | (issuedBefore ? dated : 0) | (rungs ? byPosition : 0));
  writer.number(lows.length);
  writeLows(writer, lows);
  const words = new DataView(new ArrayBuffer(4 * highs.length));
  for (let at = 0; at < highs.length; at++) words.setInt32(4 * at, highs[at] ?? 0, true);
  writer.bytes(new Uint8Array(words.buffer));
  writeRange(writer, positions, { bits: 53, longest: 1 });
  if (rungs) writeExpiriesByPosition(writer, rungs);
  else writeRange(writer, expiries, expirySteps);
  if (!issuedBefore) return;
  const instants = new DataView(new ArrayBuffer(8 * issuedBefore.length));
  for (const [at, instant] of issuedBefore.entries()) instants.setFloat64(8 * at, instant, true);
  writer.bytes(new Uint8Array(instants.buffer));
}

/** Reads columns. Throws a TypeError if they are cut short or say what no entry says. */
export function readPrints(reader: ByteReader): Prints {
  const head = reader.byte();
  const kind = revocationKinds[head & ~(dated | byPosition)];
  if (kind === undefined) throw malformed("kind");
  const count = reader.number();
  // Each has its upper half at least, so that nobody makes us reserve memory for what is not there.
  if (count * 4 > reader.left()) throw malformed("count");
  const lows = readLows(reader, count);
  const words = reader.bytes(4 * count);
  const highs = new Int32Array(count);
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  for (let at = 0; at < count; at++) highs[at] = view.getInt32(4 * at, true);
  const positions = readRange(reader, new Float64Array(count));
  if (positions.includes(0)) throw malformed("position");
  const expiries =
    head & byPosition ? readExpiriesByPosition(reader, positions) : readRange(reader, new Uint32Array(count));
  if (expiries.includes(0)) throw malformed("expiry");
  if (!(head & dated)) return { kind, lows, highs, positions, expiries };
  return { kind, lows, highs, positions, expiries, issuedBefore: readInstants(reader, count) };
}

/** Marks columns with `issuedBefore`. */
const dated = 0x80;
/** Marks columns whose expiries follow from their positions. */
const byPosition = 0x40;

function writeLows(writer: ByteWriter, lows: Int32Array): void {
  const first = (lows[0] ?? 0) >>> 0;
  const last = (lows.at(-1) ?? 0) >>> 0;
  const mean = (last - first) / Math.max(lows.length, 1);
  const width = mean < 2 ? 0 : Math.min(31, Math.floor(Math.log2(mean * Math.LN2)));
  writer.number(first);
  writer.byte(width);
  let before = first;
  for (const low of lows) {
    const step = (low >>> 0) - before;
    writer.unary(Math.floor(step / 2 ** width));
    writer.bits(step % 2 ** width, width);
    before = low >>> 0;
  }
  writer.align();
}

function readLows(reader: ByteReader, count: number): Int32Array {
  const lows = new Int32Array(count);
  const first = reader.number();
  const width = reader.byte();
  if (width > 31) throw malformed("width");
  if (reader.sums(width, first, lows) >= 2 ** 32) throw malformed("fingerprint");
  return lows;
}

function readInstants(reader: ByteReader, count: number): Float64Array {
  const bytes = reader.bytes(8 * count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const instants = Float64Array.from({ length: count }, (_, at) => view.getFloat64(8 * at, true));
  if (!instants.every(Number.isFinite)) throw malformed("issued_before");
  return instants;
}

const malformed = (part: string): TypeError => new TypeError(`malformed fingerprints: ${part}`);
