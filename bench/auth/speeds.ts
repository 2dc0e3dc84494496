import { median, quantile } from "../jwt/statistics.ts";
import type { Speed } from "./rounds.ts";

/** What sign-ins are compared with. */
export const poolAlone = "argon2 pool alone";

/** What sign-ins over HTTP are compared with: the same behind the least that a server can be. */
export const poolServed = "argon2 pool over HTTP";

/** One line of a table of speeds. */
export type SpeedRow = {
  readonly name: string;
  readonly perSecond: number;
  /** How many times the speed of the yardstick, the median of the ratios of all rounds. */
  readonly times: number;
  /** Lower and upper quartile of `times`. */
  readonly spread: readonly [number, number];
};

/** The same of signing in, and whether the threads that hash leave a core of the machine for everything else. */
export type SignInRow = SpeedRow & { readonly leavesCore: boolean };

/** The rows, each against the yardstick of the same rounds. */
export function speedRows(speeds: readonly Speed[], yardstick: string): readonly SpeedRow[] {
  const base = speeds.find(({ name }) => name === yardstick)?.perSecond ?? [];
  return speeds.map(({ name, perSecond }) => {
    const ratios = perSecond.map((value, round) => value / (base[round] ?? Number.NaN));
    return {
      name,
      perSecond: rounded(median(perSecond)),
      times: rounded(median(ratios)),
      spread: [rounded(quantile(ratios, 0.25)), rounded(quantile(ratios, 0.75))],
    };
  });
}

const rounded = (value: number): number => Number(value.toPrecision(4));
