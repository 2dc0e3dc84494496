import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** The flags of every process here: packages run from their sources, and the collector can be called before memory is weighed. */
const nodeFlags: readonly string[] = [
  "--conditions=@cardea/source",
  "--expose-gc",
  "--disable-warning=ExperimentalWarning",
];

/** Runs a script in a process of its own, as in production (`NODE_ENV`), and answers what it measured. `flags` are further ones. */
export async function runScript<Result>(path: string, given: unknown, flags: readonly string[] = []): Promise<Result> {
  const child = spawn(process.execPath, [...nodeFlags, ...flags, path, JSON.stringify(given)], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`${path} failed`);
  return JSON.parse(said);
}

/** The other side: does the work, prints its result, and ends whatever is still open. */
export async function serveScript<Given>(measure: (given: Given) => Promise<unknown>): Promise<void> {
  const result = await measure(JSON.parse(process.argv[2] ?? ""));
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}
