import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Fault } from "./fault.ts";
import { plant } from "./workingCopy.ts";

/**
 * What a test file says about a planted fault. Only `caught` will do: a test fails. Where no test even runs, the fault
 * broke the program and not the rule, and says nothing about the tests of that rule.
 */
export type Trial = {
  readonly verdict: "caught" | "survived" | "does not run" | "no end";
  /** The title of the first test that failed. */
  readonly failure: string | undefined;
  readonly seconds: number;
  /** What the test file printed until then. */
  readonly report: string;
};

/** Runs the named test file of a copy in which the fault is planted for as long as that takes. */
export async function tryFault(copy: string, fault: Fault, limits?: Limits): Promise<Trial> {
  const takeBack = plant(copy, fault);
  try {
    return await runTests(copy, fault.caughtBy, limits);
  } finally {
    takeBack();
  }
}

type Limits = { readonly seconds: number };

/** Runs one test file of a copy, given without `.test.ts`, to its end or to the first test that fails. */
export function runTests(copy: string, name: string, { seconds }: Limits = { seconds: 60 }): Promise<Trial> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...parameters, `test/${name}.test.ts`], {
      cwd: copy,
      env: environmentOf(copy),
      stdio: ["ignore", "pipe", "pipe"],
      timeout: seconds * 1000,
      killSignal: "SIGKILL",
    });
    let report = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        report += text;
        if (failureIn(report) !== undefined) child.kill("SIGKILL");
      });
    }
    child.once("error", reject).once("close", (code) => {
      const failure = failureIn(report);
      const verdict = failure === undefined ? withoutFailure(code, report) : "caught";
      resolve({ verdict, failure, seconds: (performance.now() - started) / 1000, report });
    });
  });
}

const parameters = ["--conditions=@cardea/source", "--disable-warning=ExperimentalWarning", "--test-reporter=tap"];

/** Not that of a test run around this one, nor of npm. What node compiled is kept, which saves a quarter of the time. */
const environmentOf = (copy: string): NodeJS.ProcessEnv => ({
  ...process.env,
  NODE_TEST_CONTEXT: undefined,
  NODE_OPTIONS: undefined,
  NODE_COMPILE_CACHE: join(copy, ".cache"),
});

const failureIn = (report: string): string | undefined => /^ *not ok \d+ - (.*)\n/m.exec(report)?.[1];

function withoutFailure(code: number | null, report: string): Trial["verdict"] {
  if (code === null) return "no end";
  return code === 0 && /^ok 1 - /m.test(report) ? "survived" : "does not run";
}
