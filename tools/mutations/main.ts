import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { twoAtATime } from "../runtimes/execute.ts";
import type { Fault } from "./fault.ts";
import { faults } from "./faults.ts";
import { runTests, type Trial, tryFault } from "./trial.ts";
import { createWorkingCopy, library, misfits } from "./workingCopy.ts";

/**
 * Plants each fault of the list in a copy of @cardea/jwt and asks the test file that is named for it. Ends with exit
 * code 1 when one of them is not caught, or when the tests fail without any fault. A word as argument chooses the
 * faults whose rule, file or test holds it.
 */
for (const misfit of misfits(faults)) {
  console.error(misfit);
  process.exitCode = 1;
}
if (process.exitCode === 1) process.exit();

const place = mkdtempSync(join(tmpdir(), "cardea-mutations-"));
const idle = ["first", "second"].map((name) => createWorkingCopy(join(place, name)));
const word = process.argv[2] ?? "";
const chosen = faults.filter(({ rule, file, caughtBy }) => `${rule} ${file} ${caughtBy}`.includes(word));
const started = performance.now();
let done = 0;

try {
  const isSound = await passWithoutFault();
  const caught = isSound ? await twoAtATime(chosen, (fault) => inACopy((copy) => isCaught(copy, fault))) : [];
  const survivors = caught.filter((is) => !is).length;
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`\n${chosen.length} faults, ${caught.length - survivors} of them caught, in ${seconds} s`);
  if (!isSound || survivors > 0 || chosen.length === 0) process.exitCode = 1;
} finally {
  rmSync(place, { recursive: true, force: true });
}

async function inACopy<T>(work: (copy: string) => Promise<T>): Promise<T> {
  const copy = idle.pop() ?? "";
  try {
    return await work(copy);
  } finally {
    idle.push(copy);
  }
}

/** The control: what is to fail with a fault must pass without one. */
async function passWithoutFault(): Promise<boolean> {
  const names = [...new Set(chosen.map(({ caughtBy }) => caughtBy))];
  const trials = await twoAtATime(names, (name) => inACopy((copy) => runTests(copy, name)));
  const amiss = trials.filter(({ verdict }) => verdict !== "survived");
  for (const { report } of amiss) console.error(report);
  console.log(`without a fault: ${trials.length - amiss.length} of ${trials.length} test files pass`);
  return amiss.length === 0;
}

async function isCaught(copy: string, fault: Fault): Promise<boolean> {
  const trial = await tryFault(copy, fault);
  const count = `${String(++done).padStart(3)} of ${chosen.length}  ${trial.seconds.toFixed(1)} s`;
  if (trial.verdict === "caught") {
    console.log(`${count}  caught by ${fault.caughtBy}: ${fault.rule}`);
    return true;
  }
  const elsewhere = trial.verdict === "survived" ? `\nCaught elsewhere: ${await catcher(copy, fault)}` : "";
  console.error(
    `${count}  NOT CAUGHT BY ${fault.caughtBy}: ${fault.rule}
${explanation(trial)} ${fault.file}:\n- ${fault.text}\n+ ${fault.replacement}${elsewhere}`,
  );
  return false;
}

function explanation({ verdict, seconds, report }: Trial): string {
  if (verdict === "survived") return "Every test passes with this fault in";
  if (verdict === "no end") return `Still running after ${seconds.toFixed(0)} s, with this fault in`;
  return `${report.slice(0, 1500)}\nNo test runs with this fault in`;
}

/** The first other test file that catches a fault: then it is the list that is wrong, and otherwise a test is missing. */
async function catcher(copy: string, fault: Fault): Promise<string> {
  for (const file of readdirSync(join(library, "test")).filter((name) => name.endsWith(".test.ts"))) {
    const caughtBy = file.replace(".test.ts", "");
    if ((await tryFault(copy, { ...fault, caughtBy })).verdict === "caught") return caughtBy;
  }
  return "by no test";
}
