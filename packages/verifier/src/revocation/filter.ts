/**
 * A blocked Bloom filter over fingerprints, in 32-bit words: all bits of an entry lie in one word, so a question costs one load.
 * "No" is certain. With up to 12 bits per entry about one answer in fifty is a "perhaps" for nothing.
 */
export type Filter = Int32Array;

const bitsPerEntry = 12;

/** An empty filter for so many entries. */
export const newFilter = (entries: number): Filter => new Int32Array(Math.ceil((entries * bitsPerEntry) / 32));

/** Remembers a fingerprint; there is no way to forget one but to make a new filter. */
export function addToFilter(filter: Filter, low: number, high: number): void {
  const at = wordOf(filter, low);
  filter[at] = (filter[at] ?? 0) | bitsOf(high);
}

/** One filter for each segment, indexed by the lowest bits of the upper half; a power of two of them. */
export type Filters = readonly Filter[];

/**
 * Which bits of a fingerprint are not set. Other than 0: it was certainly never added. One load from memory and no branch on
 * what it says, so that several fingerprints can be asked about at once.
 */
export function missingBits(filters: Filters, low: number, high: number): number {
  const filter = filters[high & (filters.length - 1)] ?? perhapsAll;
  return bitsOf(high) & ~(filter[wordOf(filter, low)] ?? 0);
}

const perhapsAll: Filter = Int32Array.of(-1);

/** The lower half chooses the word, in proportion, so that a filter may have any length up to 2^16. */
const wordOf = (filter: Filter, low: number): number => Math.imul(low >>> 16, filter.length) >>> 16;

/** Three bits, from the upper end of the upper half: its lower end chooses the segment, of which this is the filter. */
const bitsOf = (high: number): number => (1 << (high >>> 27)) | (1 << (high >>> 22)) | (1 << (high >>> 17));
