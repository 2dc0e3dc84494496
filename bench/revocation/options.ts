import { parseArgs } from "node:util";

/**
 * What can be measured: what a check costs, how fast stores take revocations in, how soon subscribers have them, how long it takes
 * until all have, how long a revoked token is accepted, what others do instead, and what guards cost.
 */
export const partNames = ["checks", "appends", "fanOut", "waitEffective", "lastAccept", "peers", "guards"] as const;
export type PartName = (typeof partNames)[number];

/** What the command line asks for. */
export type Options = {
  /** Shows that everything runs, not how fast it is. */
  readonly isQuick: boolean;
  readonly parts: readonly PartName[];
  /** How many live entries, from few to many. */
  readonly sizes: readonly number[];
  /** Everything is measured, with enough rounds for the numbers to be shown to others. */
  readonly isComplete: boolean;
};

const usage = `npm run bench:revocation -- [--quick] [--parts checks,fanOut] [--sizes 1e4,1e6]
--quick  few rounds and few entries, no targets: shows that everything runs, not how fast it is
--parts  some of ${partNames.join(", ")}
--sizes  numbers of live entries for checks, from 1000 to 20 million`;

/** Throws an error that shows the usage for anything unknown. */
export function readOptions(args: readonly string[]): Options {
  const { quick: isQuick = false, parts, sizes } = parsed(args);
  return {
    isQuick,
    parts: readParts(parts),
    sizes: readSizes(sizes ?? (isQuick ? "1e5" : "1e4,1e5,1e6,1e7")),
    isComplete: !isQuick && parts === undefined && sizes === undefined,
  };
}

function readParts(list: string | undefined): readonly PartName[] {
  const asked = list?.split(",") ?? partNames;
  const unknown = asked.find((part) => !partNames.some((known) => known === part));
  if (unknown !== undefined) throw new Error(`--parts does not know "${unknown}"\n\n${usage}`);
  return partNames.filter((part) => asked.includes(part));
}

function readSizes(list: string): readonly number[] {
  const sizes = list.split(",").map(Number);
  const isSize = (size: number): boolean => Number.isInteger(size) && size >= 1000 && size <= 20e6;
  if (!sizes.every(isSize)) throw new Error(`--sizes takes numbers from 1000 to 20 million\n\n${usage}`);
  return sizes.toSorted((one, other) => one - other);
}

function parsed(args: readonly string[]) {
  const options = { quick: { type: "boolean" }, parts: { type: "string" }, sizes: { type: "string" } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
