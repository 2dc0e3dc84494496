/**
 * A blocked Bloom filter over fingerprints, in 32-bit words: all bits of an entry lie in one word, so a question costs one load.
 * "No" is certain. With 11 to 22 bits for an entry about one answer in fifty, or fewer, is a "perhaps" for nothing.
 *
 * It is one array, as long as a power of two, and its words are in the order of the lower halves: those of a segment lie together.
 */
export type Filter = {
  readonly words: Int32Array;
  /** Which word a fingerprint's bits are in: its lower half, shifted right by so much without its sign. */
  readonly shift: number;
};

/** So deep is the part of the filter that belongs to one segment, or less while that is small: 2^14 words. */
export const segmentFilterDepth = 14;

const bitsPerEntry = 12;

/** How deep a filter for so many entries of one segment is. */
export const filterDepth = (entries: number): number =>
  Math.min(segmentFilterDepth, Math.max(5, Math.ceil(Math.log2((entries * bitsPerEntry) / 32))));

/** An empty filter of 2^`depth` words. */
export const newFilter = (depth: number): Filter => ({ words: new Int32Array(2 ** depth), shift: 32 - depth });

/** A filter of twice as many words that says the same: what was one word is two. */
export function doubled({ words, shift }: Filter): Filter {
  const twice = new Int32Array(words.length * 2);
  for (let at = 0; at < twice.length; at++) twice[at] = words[at >>> 1] ?? 0;
  return { words: twice, shift: shift - 1 };
}

/** Remembers a fingerprint; there is no way to forget one but to clear its word, and all that lie in it. */
export function addToFilter({ words, shift }: Filter, low: number, high: number): void {
  const at = low >>> shift;
  words[at] = (words[at] ?? 0) | bitsOf(high);
}

/**
 * Which bits of a fingerprint are not set. Other than 0: it was certainly never added. One load from memory and no branch on
 * what it says, so that several fingerprints can be asked about at once.
 */
export const missingBits = (words: Int32Array, shift: number, low: number, high: number): number =>
  bitsOf(high) & ~(words[low >>> shift] ?? -1);

/** Three bits; the upper half has no part in choosing the word. */
const bitsOf = (high: number): number => (1 << (high >>> 27)) | (1 << (high >>> 22)) | (1 << (high >>> 17));
