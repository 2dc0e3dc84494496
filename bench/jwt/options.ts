import { parseArgs } from "node:util";
import { type Algorithm, algorithms } from "./reference.ts";
import { type Operation, operations } from "./task.ts";

/** What the command line asks for. */
export type Options = {
  readonly rounds: number;
  readonly operations: readonly Operation[];
  readonly algorithms: readonly Algorithm[];
  readonly isQuick: boolean;
  /** `only`: the memory part alone. */
  readonly memory: "only" | "also";
  /** Everything was measured, with enough rounds for the numbers to be shown to others. */
  readonly isComplete: boolean;
};

const usage = `npm run bench:jwt -- [--quick] [--memory] [--rounds N] [--ops verify,sign] [--algs HS256,ES256]
--quick   few rounds: shows that everything runs, not how fast it is
--memory  the memory part alone
--ops     some of ${operations.join(", ")}
--algs    some of ${algorithms.join(", ")}`;

/** Throws an error that shows the usage for anything unknown. */
export function readOptions(args: readonly string[]): Options {
  const values = parsed(args);
  const isQuick = values.quick ?? false;
  const rounds = Number(values.rounds ?? (isQuick ? 5 : 120));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds takes a number from 1\n\n${usage}`);
  return {
    rounds,
    operations: picked("--ops", values.ops, operations),
    algorithms: picked("--algs", values.algs, algorithms),
    isQuick,
    memory: values.memory ? "only" : "also",
    isComplete: rounds >= 30 && values.ops === undefined && values.algs === undefined && !values.memory,
  };
}

function parsed(args: readonly string[]) {
  const flag = { type: "boolean" } as const;
  const text = { type: "string" } as const;
  const options = { quick: flag, memory: flag, rounds: text, ops: text, algs: text };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}

function picked<Name extends string>(option: string, list: string | undefined, all: readonly Name[]): readonly Name[] {
  const names = list?.split(",") ?? all;
  const unknown = names.find((name) => !(all as readonly string[]).includes(name));
  if (unknown !== undefined) throw new Error(`${option} does not know "${unknown}"\n\n${usage}`);
  return all.filter((name) => names.includes(name));
}
