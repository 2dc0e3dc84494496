import { Buffer } from "node:buffer";

/** 64 secret bits under which fingerprints are taken, as two 32-bit numbers: who lacks them cannot make keys that collide. */
export type FingerprintKey = readonly [low: number, high: number];

/** A key and its name, which says nothing of it. Fingerprints mean something to those alone who hold the key of that name. */
export type NamedKey = { readonly id: string; readonly key: FingerprintKey };

/** A key out of 8 bytes, the lower half first. Throws a RangeError if there are fewer. */
export function fingerprintKeyOf(bytes: Uint8Array): FingerprintKey {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [view.getInt32(0, true), view.getInt32(4, true)];
}

/** Its 8 bytes. */
export function bytesOfKey([low, high]: FingerprintKey): Uint8Array {
  const bytes = new Uint8Array(8);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, low, true);
  view.setInt32(4, high, true);
  return bytes;
}

/** True for the name of a key: 1 to 64 characters of base64url. */
export const isKeyId = (value: unknown): value is string =>
  typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value);

/** Writes the fingerprint of a text, 64 bits, to `into`: the lower half to `into[0]`, the upper one to `into[1]`. `tag` is a byte that keeps kinds apart. */
export type TakeFingerprint = (tag: number, text: string, into: Int32Array) => void;

/** A key from a source of numbers in [0, 1) that nobody can foresee. */
export const newFingerprintKey = (random: () => number): FingerprintKey => [halfKey(random()), halfKey(random())];

const halfKey = (share: number): number => Math.floor(share * 2 ** 32) | 0;

/**
 * Fingerprints under a key: HalfSipHash-1-3 by Aumasson and Bernstein, with 64 bits of output, of the text in UTF-8 and then the
 * tag. Every process that has the key finds the same ones.
 */
export function createFingerprint([low, high]: FingerprintKey): TakeFingerprint {
  return (tag, text, into) => {
    const codes = halfSipHash(low, high, text, tag, into);
    if (codes > lastAscii) halfSipHash(low, high, Buffer.from(text).toString("latin1"), tag, into);
  };
}

const lastAscii = 0x7f;

/**
 * The hash of a text of one-byte characters and a last byte. Answers the character codes, or-ed: beyond ASCII the text was
 * no such text, and what is in `into` means nothing. One long function, since calls and allocations would double what a
 * check costs; the two copies of the round are the same.
 */
function halfSipHash(low: number, high: number, text: string, last: number, into: Int32Array): number {
  const { length } = text;
  let v0 = low;
  let v1 = high ^ 0xee;
  let v2 = 0x6c796765 ^ low;
  let v3 = 0x74656462 ^ high;
  let codes = 0;
  let at = 0;
  for (const whole = length & ~3; at < whole; at += 4) {
    const a = text.charCodeAt(at);
    const b = text.charCodeAt(at + 1);
    const c = text.charCodeAt(at + 2);
    const d = text.charCodeAt(at + 3);
    codes |= a | b | c | d;
    const word = a | (b << 8) | (c << 16) | (d << 24);
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  const end = (length + 1) << 24;
  let word = 0;
  let shift = 0;
  for (; at < length; at++, shift += 8) {
    const code = text.charCodeAt(at);
    codes |= code;
    word |= code << shift;
  }
  word |= last << shift;
  const isWhole = shift === 24;
  if (!isWhole) word |= end;
  // The last one or two words of the message, then three rounds for each half of the output.
  for (let round = isWhole ? -1 : 0; round < 7; round++) {
    v3 ^= word;
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
    word = round < 0 ? end : 0;
    if (round === 0) v2 ^= 0xee;
    if (round === 3) {
      into[0] = v1 ^ v3;
      v1 ^= 0xdd;
    }
  }
  into[1] = v1 ^ v3;
  return codes;
}
