import type { Algorithm } from "./reference.ts";
import type { Row } from "./rows.ts";
import { targets, type Verdict } from "./targets.ts";

/** A table for each operation: a line for each library, a column for each algorithm. */
export function tables(rows: readonly Row[], libraries: readonly string[]): string {
  const ops = [...new Set(rows.map(({ op }) => op))];
  return ops
    .map((op) =>
      table(
        rows.filter((row) => row.op === op),
        op,
        libraries,
      ),
    )
    .join("\n\n");
}

function table(rows: readonly Row[], op: Row["op"], names: readonly string[]): string {
  const algs = [...new Set(rows.map(({ alg }) => alg))];
  const libraries = names.filter((name) => rows.some(({ library }) => library === name));
  const cellOf = (library: string, alg: Algorithm): string =>
    cell(rows.find((row) => row.library === library && row.alg === alg));
  return [
    line(op, algs),
    line(
      "",
      algs.map(() => " raw  +JSON      µs"),
    ),
    ...libraries.map((library) =>
      line(
        library,
        algs.map((alg) => cellOf(library, alg)),
      ),
    ),
    line(
      "to reach on Node 24",
      algs.map((alg) => ratio(targets[op][alg])),
    ),
  ].join("\n");
}

const line = (name: string, cells: readonly string[]): string =>
  (name.padEnd(22) + cells.map((one) => one.padEnd(22)).join("")).trimEnd();

const cell = (row: Row | undefined): string =>
  row === undefined ? "    -" : `${ratio(row.ofRaw)} ${ratio(row.ofRawParse)} ${digits(row.micros).padStart(7)}`;

const ratio = (value: number): string => digits(value).padStart(6);

const digits = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);

/** One line for each target, and one that sums them up. */
export function verdictLines(verdicts: readonly Verdict[]): string {
  const reached = verdicts.filter((verdict) => verdict.reached).length;
  const first = verdicts.filter(({ behind }) => behind.length === 0).length;
  const lines = verdicts.map(({ op, alg, target, ofRaw, reached: isReached, behind }) => {
    const share = `${ofRaw >= target ? "+" : ""}${((ofRaw / target - 1) * 100).toFixed(1)} %`;
    const rank = behind.length === 0 ? "ahead of every JavaScript peer" : `behind ${behind.join(", ")}`;
    const numbers = `${ratio(ofRaw)} of raw, target ${digits(target)}, ${share}`;
    return `${isReached ? "reached " : "missed  "} ${op.padEnd(14)}${alg.padEnd(6)}${numbers.padEnd(38)} ${rank}`;
  });
  const summary = `${reached} of ${verdicts.length} targets are reached; ahead of every JavaScript peer in ${first} of ${verdicts.length} cells`;
  return [...lines, summary].join("\n");
}
