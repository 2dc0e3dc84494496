import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, twoAtATime } from "./execute.ts";
import { allFaults } from "./faults.ts";
import { installRuntimes } from "./install.ts";
import { type Judgement, judgeEverywhere } from "./judgement.ts";
import { createRoom, testFiles } from "./room.ts";
import { type Runtime, runtimes } from "./runtimes.ts";
import { runSuite, type SuiteRun } from "./suite.ts";

/**
 * Runs the built @cardea/jwt on every runtime that it supports: its tests, and programs whose every answer must be the
 * same everywhere. Ends with a table, and with exit code 1 for any test that fails and any answer that differs.
 */
const room = mkdtempSync(join(tmpdir(), "cardea-runtimes-"));
await timed("install the runtimes", () => installRuntimes());
await timed("build the package and its tests", () => createRoom(room));
const judgements = await timed("sign and judge on every runtime", () => judgeEverywhere(room, runtimes));
const suites = await timed(`run ${testFiles(room).length} test files, two runtimes at a time`, () =>
  twoAtATime(runtimes, (runtime) => runSuite(room, runtime)),
);
const rows = await Promise.all(judgements.map((judgement, index) => tableRow(judgement, suites[index])));
const faults = allFaults(judgements, suites);

console.log(
  `\n${table([["runtime", "version", "tests passed", "seconds", "answers", "digest", "not there"], ...rows])}\n`,
);
for (const fault of faults.slice(0, 40)) console.error(fault);
if (faults.length > 0) {
  console.error(`\n${faults.length} faults. Everything is left as it was in ${room}`);
  process.exit(1);
}
rmSync(room, { recursive: true });
console.log("Every runtime passes its tests, and all of them give the same answers.");

async function timed<T>(title: string, step: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await step();
  console.log(`${title}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

async function tableRow({ runtime, rows, digest }: Judgement, suite: SuiteRun | undefined): Promise<readonly string[]> {
  const [tests, seconds] = suite ? [`${suite.passed} of ${suite.tests}`, suite.seconds.toFixed(0)] : ["not run", ""];
  const lacks = runtime.lacks.join(", ");
  return [runtime.name, await versionOf(runtime), tests, seconds, String(rows.length), digest, lacks];
}

async function versionOf({ program }: Runtime): Promise<string> {
  const { output } = await execute(program, ["--version"], room);
  return /\d+\.\d+\.\d+/.exec(output)?.[0] ?? "unknown";
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const [head, ...body] = lines.map(
    (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  return [head, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...body].join("\n");
}
