import { parseArgs } from "node:util";

/** What the command line asks for. */
export type Options = {
  /** Shows that everything runs, not how fast it is. */
  readonly isQuick: boolean;
  readonly parts: readonly Part[];
  /** How many live entries, from few to many. */
  readonly sizes: readonly number[];
};

/** What can be measured: what a check costs, how fast stores take revocations in, how soon subscribers have them. */
const parts = ["checks", "appends", "fanOut"] as const;
export type Part = (typeof parts)[number];

const usage = `npm run bench:revocation -- [--quick] [--parts checks,appends,fanOut] [--sizes 1e4,1e6]
--quick  few rounds and few entries: shows that everything runs, not how fast it is
--sizes  numbers of live entries, from 1000 to 20 million`;

/** Throws an error that shows the usage for anything unknown. */
export function readOptions(args: readonly string[]): Options {
  const { quick: isQuick = false, parts: wanted, sizes: list } = parsed(args);
  const sizes = (list ?? (isQuick ? "1e4,1e5" : "1e4,1e5,1e6,1e7")).split(",").map(Number);
  const isSize = (size: number): boolean => Number.isInteger(size) && size >= 1000 && size <= 20e6;
  if (!sizes.every(isSize)) throw new Error(`--sizes takes numbers from 1000 to 20 million\n\n${usage}`);
  const asked = (wanted ?? parts.join(",")).split(",");
  const unknown = asked.find((part) => !parts.some((known) => known === part));
  if (unknown !== undefined) throw new Error(`--parts takes ${parts.join(", ")}\n\n${usage}`);
  return {
    isQuick,
    parts: parts.filter((part) => asked.includes(part)),
    sizes: sizes.toSorted((one, other) => one - other),
  };
}

function parsed(args: readonly string[]) {
  const options = { quick: { type: "boolean" }, parts: { type: "string" }, sizes: { type: "string" } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
