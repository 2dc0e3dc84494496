import type { ByteReader } from "./byteReader.ts";
import type { ByteWriter } from "./byteWriter.ts";
import { boundsOf, largestExpiry, readRange, type Steps, stepOf, writeRange } from "./numberColumns.ts";

/** Entries that have a position and an expiry each. */
type Columns = { readonly positions: Float64Array; readonly expiries: Uint32Array };

/**
 * The log is in the order of time, so whoever has a position has an expiry, about: the range of positions is cut into equal parts,
 * and all of a part live as long as the one that lives longest. Answers the expiry of each part; undefined where there are too few
 * entries to gain by it, or somebody would live longer than a step would have it.
 */
export function expiriesByPosition({ positions, expiries }: Columns, steps: Steps): Uint32Array | undefined {
  if (expiries.length < fewest) return undefined;
  const partOf = partIn(positions);
  if (!partOf) return undefined;
  const latest = new Uint32Array(parts);
  const soonest = new Uint32Array(parts).fill(largestExpiry);
  for (let at = 0; at < expiries.length; at++) {
    const part = partOf(positions[at] ?? 0);
    const expiry = expiries[at] ?? 0;
    latest[part] = Math.max(latest[part] ?? 0, expiry);
    soonest[part] = Math.min(soonest[part] ?? 0, expiry);
  }
  const { least, most } = boundsOf(expiries);
  const step = stepOf(most - least, steps);
  if (latest.some((expiry, part) => expiry - (soonest[part] ?? 0) >= step)) return undefined;
  // A part that nobody is in takes no more room than the others.
  return latest.map((expiry) => expiry || most);
}

/** Writes what `expiriesByPosition` answered. */
export const writeExpiriesByPosition = (writer: ByteWriter, expiries: Uint32Array): void =>
  writeRange(writer, expiries, { bits: 32, longest: 1 });

/** The expiry of each of these positions. Throws a TypeError for what no expiry can be. */
export function readExpiriesByPosition(reader: ByteReader, positions: Float64Array): Uint32Array {
  const ofPart = readRange(reader, new Uint32Array(parts));
  const partOf = partIn(positions) ?? (() => 0);
  return Uint32Array.from(positions, (position) => ofPart[partOf(position)] ?? 0);
}

const parts = 16;
/** With three bits an entry, so many take about as much as the parts do. */
const fewest = 64;

/** In which part of their range positions are; undefined if all are the same one. Writer and reader find the same parts. */
function partIn(positions: Float64Array): ((position: number) => number) | undefined {
  const { least, most } = boundsOf(positions);
  const length = (most - least + 1) / parts;
  return most > least ? (position) => Math.min(parts - 1, Math.floor((position - least) / length)) : undefined;
}
