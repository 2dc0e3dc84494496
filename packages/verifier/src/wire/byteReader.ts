/** Reads what a `ByteWriter` wrote. Every part throws a TypeError where the bytes end too soon. */
export type ByteReader = {
  /** Where the next byte is, counted from the first. */
  readonly at: () => number;
  readonly left: () => number;
  readonly byte: () => number;
  readonly number: () => number;
  readonly bytes: (count: number) => Uint8Array;
  /** As many numbers as `into` has, of `width` bits each, which count steps from the least one. Answers the largest, which may be more than `into` holds. */
  readonly packed: (range: NumberRange, into: Float64Array | Uint32Array) => number;
  /** As many numbers as `into` has in the code of Golomb and Rice, each added to the one before; the first to `start`. Answers the last, which may be more than 32 bits hold. */
  readonly sums: (width: number, start: number, into: Int32Array) => number;
};

/** What numbers of so many bits stand for. */
export type NumberRange = { readonly width: number; readonly least: number; readonly step: number };

/** At the first byte. Bits are read in loops of their own, since a call for each number would take most of the time. */
export function createByteReader(given: Uint8Array): ByteReader {
  let at = 0;

  const byte = (): number => {
    const value = given[at];
    if (value === undefined) throw tooShort();
    at += 1;
    return value;
  };

  return {
    at: () => at,
    left: () => given.length - at,
    byte,
    number: () => {
      let value = 0;
      let scale = 1;
      for (;;) {
        const next = byte();
        value += (next & 0x7f) * scale;
        if (!Number.isSafeInteger(value)) throw new TypeError("malformed fingerprints: a number is too large");
        if (next < 0x80) return value;
        scale *= 0x80;
      }
    },
    bytes: (count) => {
      if (count > given.length - at) throw tooShort();
      at += count;
      return given.subarray(at - count, at);
    },
    packed: (range, into) => {
      const end = range.width <= mostAtOnce ? readNarrow(given, at, range, into) : readWide(given, at, range, into);
      at = endAt(given, end.at);
      return end.most;
    },
    sums: (width, start, into) => {
      const end = readSums({ given, start: at, width }, start, into);
      at = end.at;
      return end.last;
    },
  };
}

/** With fewer than eight bits left over, so many more fit into 32 bits without a sign. */
const mostAtOnce = 23;

function readNarrow(given: Uint8Array, start: number, range: NumberRange, into: Float64Array | Uint32Array): Read {
  const { width, least, step } = range;
  const mask = (1 << width) - 1;
  let [at, rest, bits, most] = [start, 0, 0, least];
  for (let index = 0; index < into.length; index++) {
    for (; bits < width; bits += 8) rest |= (given[at++] ?? 0) << bits;
    const value = least + step * (rest & mask);
    into[index] = value;
    if (value > most) most = value;
    rest >>>= width;
    bits -= width;
  }
  return { at, most };
}

function readWide(given: Uint8Array, start: number, range: NumberRange, into: Float64Array | Uint32Array): Read {
  const { width, least, step } = range;
  let [at, bits, rest, most] = [start, 0, 0, least];
  for (let index = 0; index < into.length; index++) {
    let value = 0;
    for (let got = 0; got < width; ) {
      if (bits === 0) {
        rest = given[at++] ?? 0;
        bits = 8;
      }
      const take = Math.min(bits, width - got);
      value += (rest & ((1 << take) - 1)) * 2 ** got;
      rest >>>= take;
      bits -= take;
      got += take;
    }
    value = least + step * value;
    into[index] = value;
    if (value > most) most = value;
  }
  return { at, most };
}

type Read = { readonly at: number; readonly most: number };

type BitColumn = { readonly given: Uint8Array; readonly start: number; readonly width: number };

function readSums({ given, start, width }: BitColumn, first: number, into: Int32Array): { at: number; last: number } {
  const low = Math.min(width, mostAtOnce);
  const high = width - low;
  const [lowMask, highMask, scale] = [(1 << low) - 1, (1 << high) - 1, 2 ** width];
  let [at, rest, bits, sum] = [start, 0, 0, first];
  for (let index = 0; index < into.length; index++) {
    for (;;) {
      for (; bits <= mostAtOnce; bits += 8) rest |= (given[at++] ?? 0) << bits;
      // The lowest bit that is not set ends a number of ones.
      const ones = 31 - Math.clz32(~rest & (rest + 1));
      if (ones < bits) {
        sum += ones * scale;
        rest >>>= ones + 1;
        bits -= ones + 1;
        break;
      }
      sum += bits * scale;
      [rest, bits] = [0, 0];
    }
    for (; bits < low; bits += 8) rest |= (given[at++] ?? 0) << bits;
    sum += rest & lowMask;
    rest >>>= low;
    bits -= low;
    if (high > 0) {
      for (; bits < high; bits += 8) rest |= (given[at++] ?? 0) << bits;
      sum += (rest & highMask) * 2 ** low;
      rest >>>= high;
      bits -= high;
    }
    into[index] = sum;
  }
  // Bytes of which nothing was needed were taken too early.
  return { at: endAt(given, at - (bits >>> 3)), last: sum };
}

/** What is read beyond the end counts as zeros until all are read: then it is refused. */
function endAt(given: Uint8Array, at: number): number {
  if (at > given.length) throw tooShort();
  return at;
}

const tooShort = (): TypeError => new TypeError("malformed fingerprints: they end too soon");
