import { parseArgs } from "node:util";

/** What is measured, in this order; each in a process of its own. */
export const partNames = ["signIns", "checks", "refreshes", "crowd", "sessionBytes"] as const;
export type PartName = (typeof partNames)[number];

/** What the command line asks for. */
export type Options = {
  /** Shows that everything runs, not how fast it is. */
  readonly isQuick: boolean;
  readonly parts: readonly PartName[];
  /** Everything was measured, with enough rounds for the numbers to be shown to others. */
  readonly isComplete: boolean;
};

const usage = `npm run bench:auth -- [--quick] [--parts signIns,checks]
--quick  few rounds and no targets: shows that everything runs, not how fast it is
--parts  some of ${partNames.join(", ")}`;

/** Throws an error that shows the usage for anything unknown. */
export function readOptions(args: readonly string[]): Options {
  const { quick: isQuick = false, parts: list } = parsed(args);
  const names = list?.split(",") ?? partNames;
  const unknown = names.find((name) => !(partNames as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`--parts does not know "${unknown}"\n\n${usage}`);
  return {
    isQuick,
    parts: partNames.filter((name) => names.includes(name)),
    isComplete: !isQuick && list === undefined,
  };
}

function parsed(args: readonly string[]) {
  const options = { quick: { type: "boolean" }, parts: { type: "string" } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
