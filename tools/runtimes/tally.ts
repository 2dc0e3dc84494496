/** How many tests a runtime ran, without the suites around them, and how many of those passed. */
export type Tally = { readonly tests: number; readonly passed: number };

/** The summary that ends a TAP report of Node. */
export function countTap(report: string): Tally {
  return { tests: numberIn(report, /^# tests (\d+)$/m), passed: numberIn(report, /^# pass (\d+)$/m) };
}

/**
 * The lines of Deno's own report, whose summary counts suites as tests. A suite is a line without an answer, and so is a
 * test that prints something. A file that does not load counts as a test that failed.
 */
export function countDeno(report: string): Tally {
  const suites = countOf(report, / \.\.\.$(?!\n------- output)/gm);
  const answers = countOf(report, / \.\.\. (?:ok|FAILED|ignored) \(.*\)$/gm);
  const failed = countOf(report, / \.\.\. (?:FAILED|ignored) \((?!due to ).*\)$/gm);
  const unloaded = countOf(report, /^Uncaught error from .* FAILED$/gm);
  const tests = answers - suites + unloaded;
  return { tests, passed: tests - failed - unloaded };
}

/** The summary that ends Bun's own report. An error outside of any test counts as a test that failed. */
export function countBun(report: string): Tally {
  const passed = numberIn(report, /^ *(\d+) pass$/m);
  const amiss = [/^ *(\d+) fail$/m, /^ *(\d+) errors?$/m, /^ *(\d+) (?:skip|todo)$/m];
  return { tests: amiss.reduce((sum, pattern) => sum + numberIn(report, pattern), passed), passed };
}

const numberIn = (report: string, pattern: RegExp): number => Number(pattern.exec(report)?.[1] ?? 0);

const countOf = (report: string, pattern: RegExp): number => report.match(pattern)?.length ?? 0;
