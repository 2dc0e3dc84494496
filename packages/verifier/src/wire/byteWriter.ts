/** Bytes that are written one after the other, whole numbers and single bits. */
export type ByteWriter = {
  readonly byte: (value: number) => void;
  /** A whole number from 0 to 2^53 - 1 in groups of seven bits, the lowest first; all but the last have the eighth bit. */
  readonly number: (value: number) => void;
  readonly bytes: (values: Uint8Array) => void;
  /** The lowest `width` bits of a whole number, from 0 to 53 of them, after those that were written before, from the lowest bit up. */
  readonly bits: (value: number, width: number) => void;
  /** So many bits 1 and a bit 0. */
  readonly unary: (count: number) => void;
  /** Fills a byte that was begun by bits with zeros. To be called before anything but bits follows. */
  readonly align: () => void;
  readonly written: () => Uint8Array;
};

/** Nothing written yet. */
export function createByteWriter(capacity = 64): ByteWriter {
  let space = new Uint8Array(capacity);
  let length = 0;
  /** Fewer than eight bits that are no whole byte yet. */
  let rest = 0;
  let restBits = 0;

  const room = (count: number): void => {
    if (length + count <= space.length) return;
    const larger = new Uint8Array(Math.max(2 * space.length, length + count));
    larger.set(space);
    space = larger;
  };
  const byte = (value: number): void => {
    if (length === space.length) room(1);
    space[length] = value;
    length += 1;
  };
  const few = (value: number, width: number): void => {
    rest |= value << restBits;
    restBits += width;
    for (; restBits >= 8; restBits -= 8) {
      byte(rest & 0xff);
      rest >>>= 8;
    }
  };

  return {
    byte,
    number: (value) => {
      let left = value;
      for (; left >= 0x80; left = Math.floor(left / 0x80)) byte((left % 0x80) | 0x80);
      byte(left);
    },
    bytes: (values) => {
      room(values.length);
      space.set(values, length);
      length += values.length;
    },
    bits: (value, width) => {
      let left = value;
      let wanted = width;
      for (; wanted > 16; wanted -= 16) {
        few(left % 0x1_0000, 16);
        left = Math.floor(left / 0x1_0000);
      }
      few(left, wanted);
    },
    unary: (count) => {
      for (let left = count; left > 0; left--) few(1, 1);
      few(0, 1);
    },
    align: () => {
      if (restBits > 0) byte(rest);
      rest = 0;
      restBits = 0;
    },
    written: () => space.subarray(0, length),
  };
}
