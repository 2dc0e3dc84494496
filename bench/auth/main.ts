import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { installPeers } from "../jwt/prepare.ts";
import { endProgress, progress } from "../jwt/progress.ts";
import { buildServer } from "./buildServer.ts";
import { chart } from "./chart.ts";
import { type Options, readOptions } from "./options.ts";
import { runPart } from "./part.ts";
import type { Results } from "./results.ts";
import { tables, verdictLines } from "./table.ts";
import { verdictsOf } from "./targets.ts";

/** Prints tables for people, and at the end one line of JSON for programs. Whether targets are reached counts in the full form only. */
async function main(options: Options): Promise<void> {
  const started = performance.now();
  installPeers();
  buildServer();
  const results = await measured(options);
  endProgress();
  const verdicts = options.isQuick ? [] : verdictsOf(results);
  const { node } = process.versions;
  const machine = `${cpus().length} x ${cpus()[0]?.model}`;
  console.log(`Node ${node}, ${machine}\n\n${tables(results)}\n`);
  if (verdicts.length > 0) console.log(`${verdictLines(verdicts)}\n`);
  if (options.isComplete && results.checks) {
    writeFileSync(
      join(import.meta.dirname, "..", "..", "docs", "images", "bench-auth.svg"),
      chart(results.checks, node),
    );
    console.log("wrote docs/images/bench-auth.svg\n");
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(JSON.stringify({ bench: "auth", node, machine, seconds, quick: options.isQuick, ...results, verdicts }));
  if (verdicts.some(({ reached }) => !reached)) process.exitCode = 1;
}

async function measured({ parts, isQuick }: Options): Promise<Results> {
  // Only now: before the peers are installed it could not be loaded where packages are missing.
  const { startServers } = await import("./servers.ts");
  const { stop, ...servers } = await startServers();
  try {
    const results: Record<string, unknown> = {};
    for (const part of parts) {
      progress(`measuring ${part}`);
      results[part] = await runPart(part, { isQuick, servers });
    }
    return results;
  } finally {
    await stop();
  }
}

await main(readOptions(process.argv.slice(2)));
