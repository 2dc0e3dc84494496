/** Chance that falls the same way everywhere: numbers of a seed alone. */
export type Dice = {
  /** A whole number from 0, smaller than `limit`. */
  readonly below: (limit: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  readonly shuffle: <T>(list: readonly T[]) => readonly T[];
};

/** Dice of a name: the FNV-1a hash of it starts a xorshift of 32 bits. */
export function diceOf(name: string): Dice {
  let state = [...name].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 16777619), 2166136261) | 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(choices: readonly T[]): T => choices[below(choices.length)] as T;
  const shuffle = <T>(list: readonly T[]): readonly T[] =>
    list
      .map((item) => ({ item, place: next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ item }) => item);
  return { below, pick, shuffle };
}
