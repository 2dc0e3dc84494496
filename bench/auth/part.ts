import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { PartName } from "./options.ts";
import type { Servers } from "./servers.ts";

/** What a part is told. */
export type Given = { readonly isQuick: boolean; readonly servers: Servers };

/** The flags of every process here: packages run from their sources, and the collector can be called before memory is weighed. */
export const nodeFlags: readonly string[] = [
  "--conditions=@cardea/source",
  "--expose-gc",
  "--disable-warning=ExperimentalWarning",
];

/** Runs a part in a process of its own, as in production (`NODE_ENV`), and answers what it measured. */
export async function runPart<Result>(name: PartName, given: Given): Promise<Result> {
  const script = join(import.meta.dirname, "parts", `${name}.ts`);
  const child = spawn(process.execPath, [...nodeFlags, script, JSON.stringify(given)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`the part ${name} failed`);
  return JSON.parse(said);
}

/** The other side: does the work, prints its result, and ends whatever is still open. */
export async function servePart(measure: (given: Given) => Promise<unknown>): Promise<void> {
  const result = await measure(JSON.parse(process.argv[2] ?? ""));
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}
