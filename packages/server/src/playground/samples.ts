/** The latest measurements, and what they say. */
export type Samples = {
  readonly add: (value: number) => void;
  /** The value below which that share of them is, 0 to 1; 0 while there are none. */
  readonly quantile: (share: number) => number;
};

/** Keeps the latest `most`. */
export function createSamples(most: number): Samples {
  const kept: number[] = [];
  return {
    add: (value) => {
      kept.push(value);
      if (kept.length > most) kept.shift();
    },
    quantile: (share) => {
      const sorted = kept.toSorted((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    },
  };
}
