import { cpus } from "node:os";
import { join } from "node:path";
import { endProgress } from "../jwt/progress.ts";
import { runScript } from "../script.ts";
import type { AppendRow } from "./appends.ts";
import type { FanOutRow } from "./fanOut.ts";
import { type Options, readOptions } from "./options.ts";
import type { Given, SizeResult } from "./size.ts";
import { tables } from "./table.ts";

/** Prints tables for people, and at the end one line of JSON for programs. */
async function main({ parts, sizes, isQuick }: Options): Promise<void> {
  const started = performance.now();
  const results: SizeResult[] = [];
  if (parts.includes("checks")) for (const size of sizes) results.push(await measure({ size, isQuick }));
  const appends = parts.includes("appends") ? await script<readonly AppendRow[]>("appends.ts", { isQuick }) : undefined;
  const fanOut = parts.includes("fanOut") ? await script<readonly FanOutRow[]>("fanOut.ts", { isQuick }) : undefined;
  endProgress();
  const { node } = process.versions;
  const machine = `${cpus().length} x ${cpus()[0]?.model}`;
  console.log(`Node ${node}, ${machine}\n\n${tables({ results, appends, fanOut })}\n`);
  const seconds = Math.round((performance.now() - started) / 1000);
  const measured = { sizes: results, appends, fanOut };
  console.log(JSON.stringify({ bench: "revocation", node, machine, seconds, quick: isQuick, ...measured }));
}

/** Each size in a process of its own, so that none inherits another's heap. Ten million strings need more than Node's limit. */
const measure = (given: Given): Promise<SizeResult> =>
  runScript(join(import.meta.dirname, "size.ts"), given, ["--max-old-space-size=8192"]);

const script = <Result>(name: string, given: object): Promise<Result> =>
  runScript(join(import.meta.dirname, name), given);

await main(readOptions(process.argv.slice(2)));
