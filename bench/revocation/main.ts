import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import type { Servers } from "../auth/servers.ts";
import { verdictLines } from "../auth/table.ts";
import { installPeers } from "../jwt/prepare.ts";
import { endProgress } from "../jwt/progress.ts";
import { runScript } from "../script.ts";
import { chart } from "./chart.ts";
import type { WindowRow } from "./cookieCacheWindow.ts";
import { type Options, type PartName, readOptions } from "./options.ts";
import type { PartGiven } from "./part.ts";
import type { Results } from "./results.ts";
import type { CheckResult, Given, SizeResult } from "./size.ts";
import { tables } from "./table.ts";
import { verdictsOf } from "./targets.ts";
import type { WireGiven, WireResult } from "./wire.ts";

/** Prints tables for people, and at the end one line of JSON for programs. Whether targets are reached counts in the full form only. */
async function main(options: Options): Promise<void> {
  const started = performance.now();
  const { isQuick, isComplete } = options;
  installPeers();
  const results = await measured(options);
  endProgress();
  const verdicts = isQuick ? [] : verdictsOf(results);
  const { node } = process.versions;
  const machine = `${cpus().length} x ${cpus()[0]?.model}`;
  console.log(`Node ${node}, ${machine}\n\n${tables(results)}\n`);
  if (verdicts.length > 0) console.log(`${verdictLines(verdicts)}\n`);
  if (isComplete && results.peers) {
    const path = join(import.meta.dirname, "..", "..", "docs", "images", "bench-revocation.svg");
    writeFileSync(path, chart(results.peers, node));
    console.log("wrote docs/images/bench-revocation.svg\n");
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(JSON.stringify({ bench: "revocation", node, machine, seconds, quick: isQuick, ...results, verdicts }));
  if (verdicts.some(({ reached }) => !reached)) process.exitCode = 1;
}

async function measured(options: Options): Promise<Results> {
  // Only now: before the peers are installed it could not be loaded where packages are missing.
  const { startServers } = await import("../auth/servers.ts");
  const { stop, ...servers } = await startServers();
  try {
    return await measuredOver(servers, options);
  } finally {
    await stop();
  }
}

/** In short two at a time, since no time counts. */
async function measuredOver(servers: Servers, options: Options): Promise<Results> {
  const { parts, isQuick } = options;
  // It lasts for minutes and costs next to nothing, so it is watched beside everything else.
  const window = parts.includes("peers")
    ? script<WindowRow>("cookieCacheWindow", { maxAge: isQuick ? 2 : 300 })
    : undefined;
  const results: Record<string, unknown> = {};
  const left = [...parts];
  const lane = async (): Promise<void> => {
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      results[part] = await measure(part, servers, options);
    }
  };
  await Promise.all(isQuick ? [lane(), lane()] : [lane()]);
  return { ...results, ...(window && { window: await window }) };
}

const measure = (part: PartName, servers: Servers, { isQuick, sizes }: Options): Promise<unknown> =>
  part === "checks" ? checks(sizes, isQuick) : script(part, { isQuick, servers } satisfies PartGiven);

/** Each size in processes of their own, so that none inherits another's heap. Ten million strings need more than Node's limit. */
async function checks(sizes: readonly number[], isQuick: boolean): Promise<readonly SizeResult[]> {
  const results: SizeResult[] = [];
  for (const size of sizes) {
    const checked = await script<CheckResult>("size", { size, isQuick } satisfies Given, ["--max-old-space-size=8192"]);
    const wire = size > 1e6 ? undefined : await script<WireResult>("wire", { size } satisfies WireGiven);
    results.push({ ...checked, wire });
  }
  return results;
}

const script = <Result>(name: string, given: object, flags: readonly string[] = []): Promise<Result> =>
  runScript(join(import.meta.dirname, `${name}.ts`), given, flags);

await main(readOptions(process.argv.slice(2)));
