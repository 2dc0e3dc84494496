import { createInterface } from "node:readline/promises";
import { type Arguments, type Flag, UsageError } from "./command.ts";

/** The flag of commands that take something away. */
export const yesFlag: Readonly<Record<"yes", Flag>> = {
  yes: { type: "boolean", about: "do it without asking" },
};

/** Where a person would be asked. */
type Terminal = {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
};

/** Asks a person at a terminal; elsewhere nobody can answer, so `--yes` is needed. Throws when the answer is not yes. */
export async function confirm(
  given: Pick<Arguments, "is">,
  question: string,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  if (given.is("yes")) return;
  if (!input.isTTY || !output.isTTY)
    throw new UsageError(`${question} Nobody is here to be asked: add --yes to do it.`);
  const terminal = createInterface({ input, output });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(es)?$/i.test(answer.trim())) throw new Error("Nothing was done.");
  } finally {
    terminal.close();
  }
}
