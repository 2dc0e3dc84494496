import { spawn } from "node:child_process";
import { strangersEnvironment } from "../release/strangersEnvironment.ts";

/** How a program ended: `code` is null for one that took too long. Both of its streams are in `output`. */
export type Outcome = { readonly code: number | null; readonly output: string; readonly seconds: number };

const longest = 400_000;

/** Nothing of this workspace reaches the runtimes: above all not the condition by which it imports its sources. */
const environment = { ...strangersEnvironment(), NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };

/** Runs a program in a folder, to its end. */
export function execute(program: string, parameters: readonly string[], cwd: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, parameters, {
      cwd,
      env: { ...environment, DENO_DIR: `${cwd}/.deno` },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: longest,
      killSignal: "SIGKILL",
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => (output += text));
    child.once("error", reject).once("close", (code) => {
      resolve({ code, output, seconds: (performance.now() - started) / 1000 });
    });
  });
}

/** Does the work for each item, two at a time, and answers in the order of the items. */
export async function twoAtATime<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}
