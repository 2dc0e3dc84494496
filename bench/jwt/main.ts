import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chart } from "./chart.ts";
import { measureMemory, memoryLines } from "./measureMemory.ts";
import { type Options, readOptions } from "./options.ts";
import { buildPackage, installPeers } from "./prepare.ts";
import { endProgress, progress } from "./progress.ts";
import type { Row } from "./rows.ts";
import { tables, verdictLines } from "./table.ts";
import { verdictsOf } from "./targets.ts";

/** Prints tables for people, and at the end one line of JSON for programs. */
async function main(options: Options): Promise<void> {
  installPeers();
  const address = buildPackage();
  const speed = options.memory === "only" ? { rows: [], verdicts: [] } : await speedOf(address, options);
  progress("measuring memory");
  const memory = measureMemory(address, options.isQuick);
  endProgress();
  console.log(`\n${memoryLines(memory)}\n`);
  console.log(JSON.stringify({ bench: "jwt", node: process.versions.node, ...speed, memory }));
}

async function speedOf(address: string, options: Options) {
  // Only now: before the peers are installed these could not be loaded.
  const { libraries } = await import("./libraries/all.ts");
  const { measureSpeed } = await import("./speed.ts");
  const all = await libraries(await import(address));
  const rows = await measureSpeed(all, options);
  endProgress();
  const verdicts = verdictsOf(rows, all);
  console.log(
    `Node ${process.versions.node}, ${options.rounds} rounds; speed as a share of raw, CPU time of one operation\n`,
  );
  console.log(
    `${tables(
      rows,
      all.map(({ name }) => name),
    )}\n\n${verdictLines(verdicts)}`,
  );
  if (options.isComplete) writeChart(rows);
  return { rows, verdicts };
}

function writeChart(rows: readonly Row[]): void {
  const folder = join(import.meta.dirname, "..", "..", "docs", "images");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "bench-jwt.svg"), chart(rows, process.versions.node));
  console.log("\nwrote docs/images/bench-jwt.svg");
}

await main(readOptions(process.argv.slice(2)));
