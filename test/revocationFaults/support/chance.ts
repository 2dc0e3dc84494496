/** What is left to chance, from a seed: the same seed makes the same choices. */
export type Chance = {
  /** A number in [0, 1). */
  readonly number: () => number;
  /** A whole number from `least` up to and with `most`. */
  readonly between: (least: number, most: number) => number;
  readonly oneOf: <T>(choices: readonly T[]) => T;
  /** The same choices in another order. */
  readonly shuffled: <T>(choices: readonly T[]) => T[];
};

/** Mulberry32: 32 bits of state, which is enough to spread faults. */
export function chanceFrom(seed: number): Chance {
  let state = seed | 0;
  const number = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(number() * (most - least + 1));
  return {
    number,
    between,
    oneOf: (choices) => {
      const choice = choices[between(0, choices.length - 1)];
      if (choice === undefined) throw new Error("There is nothing to choose from.");
      return choice;
    },
    shuffled: (choices) =>
      choices
        .map((choice) => ({ choice, at: number() }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ choice }) => choice),
  };
}
