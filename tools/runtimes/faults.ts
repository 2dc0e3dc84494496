import { faultsOf, type Judgement } from "./judgement.ts";
import { reference, runtimes } from "./runtimes.ts";
import type { SuiteRun } from "./suite.ts";

/** Everything that is wrong: answers that differ or should not be, tests that fail, and tests that did not run. */
export const allFaults = (
  judgements: readonly Judgement[],
  suites: readonly (SuiteRun | undefined)[],
): readonly string[] => [...faultsOf(judgements), ...suites.flatMap((_, index) => faultsOfSuite(suites, index))];

function faultsOfSuite(suites: readonly (SuiteRun | undefined)[], index: number): readonly string[] {
  const [runtime, suite] = [runtimes[index] ?? reference, suites[index]];
  if (suite === undefined) return [];
  const { code, tests, passed, report } = suite;
  const isGood = code === 0 && tests > 0 && passed === tests;
  const failures = isGood ? [] : [`${passed} of ${tests} tests pass, exit code ${code}\n${failuresIn(report)}`];
  return [...failures, ...missingTests(runtime.lacks, tests, suites)].map((fault) => `${runtime.name}: ${fault}`);
}

/** A runtime with every algorithm runs every test; one without some of them leaves out theirs, which are few. */
function missingTests(
  lacks: readonly string[],
  tests: number,
  suites: readonly (SuiteRun | undefined)[],
): readonly string[] {
  const all = suites[runtimes.indexOf(reference)]?.tests ?? 0;
  const isEnough = lacks.length === 0 ? tests === all : tests <= all && tests > 0.9 * all;
  return isEnough ? [] : [`ran ${tests} tests, ${reference.name} ran ${all}`];
}

/** Where a report speaks of failures, in the words of any runtime, with the lines around. */
function failuresIn(report: string): string {
  const lines = report.split("\n");
  const mark = /^\s*not ok |^\(fail\)|^# Unhandled| => .*:\d+:\d+$|\(uncaught error\)$/;
  const marked = lines.flatMap((line, at) => (mark.test(line) ? [at] : []));
  const shown = lines.filter((_, line) => marked.some((at) => line >= at - 15 && line <= at + 20));
  return (marked.length > 0 ? shown.slice(0, 300) : lines.slice(-20)).join("\n");
}
