/** A length of time as people write it: "250ms", "5s", "15m", "1h", "14d". */
export type Duration = `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** Milliseconds of a duration. Throws a TypeError for anything but digits (at most three decimals) and a unit. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,12}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text);
  const unitMs = units.get(match?.[2] ?? "");
  if (match === null || unitMs === undefined) {
    throw new TypeError(`not a duration: write digits and one of ms, s, m, h, d, such as "5s"`);
  }
  return Math.round(Number(match[1]) * unitMs);
}

const units: ReadonlyMap<string, number> = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
]);
