import { execute } from "./execute.ts";
import { testFiles } from "./room.ts";
import type { Runtime } from "./runtimes.ts";
import type { Tally } from "./tally.ts";

/** A run of the test suite on one runtime. */
export type SuiteRun = Tally & { readonly code: number | null; readonly report: string; readonly seconds: number };

/** Runs the test files in the room on a runtime; undefined for one that only gives verdicts. */
export async function runSuite(room: string, { program, test }: Runtime): Promise<SuiteRun | undefined> {
  if (test === undefined) return undefined;
  // Bun takes a name without ./ for a filter.
  const files = testFiles(room).map((file) => `./${file}`);
  const { code, output, seconds } = await execute(program, [...test.parameters, ...files], room);
  return { ...test.count(output), code, report: output, seconds };
}
