import type { Buffer } from "node:buffer";

/**
 * How many of the first `size` bytes are quotes (0x22). Looks at four bytes at a time, which takes half the time of one
 * at a time. The buffer's memory is its own and begins at a multiple of four.
 */
export function countQuotes(buffer: Buffer, size: number): number {
  const words = wordsOf(buffer);
  const whole = size >> 2;
  let count = 0;
  for (let from = 0; from < whole; from += 255) count += quotesInWords(words, from, Math.min(from + 255, whole));
  for (let at = whole << 2; at < size; at++) if (buffer[at] === 0x22) count++;
  return count;
}

/** At most 255 words, as each of the four lanes of the sum has a byte. */
function quotesInWords(words: Int32Array, from: number, to: number): number {
  let lanes = 0;
  for (let at = from; at < to; at++) {
    const difference = (words[at] ?? 0) ^ 0x22222222;
    const nonZero = ((difference & 0x7f7f7f7f) + 0x7f7f7f7f) | difference | 0x7f7f7f7f;
    lanes = (lanes + (~nonZero >>> 7)) | 0;
  }
  return (lanes & 255) + ((lanes >>> 8) & 255) + ((lanes >>> 16) & 255) + (lanes >>> 24);
}

let last: { readonly buffer: Buffer; readonly words: Int32Array } | undefined;

function wordsOf(buffer: Buffer): Int32Array {
  if (last?.buffer !== buffer) {
    last = { buffer, words: new Int32Array(buffer.buffer, buffer.byteOffset, buffer.length >> 2) };
  }
  return last.words;
}
