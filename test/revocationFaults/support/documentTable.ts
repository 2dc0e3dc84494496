import { brokenIn, countsOf, lagsOf } from "./figures.ts";
import type { Outcome } from "./run.ts";
import type { Phase } from "./watched.ts";

/** What the manual says of a run, row by row. */
const rows: readonly { readonly what: string; readonly of: (outcome: Outcome, verifiers: number) => string }[] = [
  { what: "acknowledged without faults, of them effective", of: ({ ledger }) => counted(countsOf(ledger, "quiet")) },
  { what: "acknowledged amid faults, of them effective", of: ({ ledger }) => counted(countsOf(ledger, "faults")) },
  { what: "of them for all, for a client, for a key", of: ({ sweeps }) => each(sweeps, ["all", "client", "key"]) },
  {
    what: "killed: verifiers, issuers, Postgres",
    of: ({ faults }) => each(faults, ["verifier killed", "issuer killed", "database killed"]),
  },
  {
    what: "stopped and continued: verifiers, issuers, Postgres",
    of: ({ faults }) => each(faults, ["verifier stopped", "issuer stopped", "database stopped"]),
  },
  { what: "failovers of Redis that lose its end", of: ({ faults }) => each(faults, ["redis failed over"]) },
  {
    what: "wires cut, held back, swallowed",
    of: ({ faults }) => each(faults, ["wire: cut", "wire: stall", "wire: swallow"]),
  },
  {
    what: "clocks set: of verifiers, of issuers",
    of: ({ faults }) => each(faults, ["verifier's clock set", "issuer's clock set"]),
  },
  {
    what: "tokens accepted, refused as revoked, refused as stale",
    of: ({ ledger }) => each(ledger.said, ["accepted", "revoked", "stale_view"]),
  },
  {
    what: "broken: the bound, `effective`, accepted again, lost, refused without cause",
    of: ({ ledger }, verifiers) => Object.values(brokenIn(ledger, verifiers, "verifiers")).join(", "),
  },
  {
    what: "the same by the control",
    of: ({ ledger }, verifiers) => Object.values(brokenIn(ledger, verifiers, "control")).join(", "),
  },
  { what: "last acceptance without faults, p50, p99, most", of: (outcome, count) => lag(outcome, count, "quiet") },
  { what: "last acceptance amid faults, p50, p99, most", of: (outcome, count) => lag(outcome, count, "faults") },
];

/** The column of one run, without its head. */
export const columnOf = (outcome: Outcome, verifiers: number): readonly string[] =>
  rows.map(({ of }) => of(outcome, verifiers));

/** Columns, each with its head, as a table of Markdown with the names of the rows in front. */
export function markdownOf(columns: readonly (readonly string[])[]): string {
  const all = [["what", ...rows.map(({ what }) => what)], ...columns];
  const line = (at: number): string => `| ${all.map((column) => column[at] ?? "").join(" | ")} |`;
  const rule = `| ${all.map(() => "---").join(" | ")} |`;
  return [line(0), rule, ...rows.map((_, at) => line(at + 1))].join("\n");
}

const counted = ({ acknowledged, effective }: ReturnType<typeof countsOf>): string => `${acknowledged}, ${effective}`;

const each = (counts: ReadonlyMap<string, number>, names: readonly string[]): string =>
  names.map((name) => counts.get(name) ?? 0).join(", ");

function lag({ ledger }: Outcome, verifiers: number, phase: Phase): string {
  const found = lagsOf(ledger, verifiers).find((its) => its.phase === phase && its.verifier === undefined);
  if (found === undefined) return "";
  const { p50, p99, max } = found;
  return `${p50.toFixed(1)}, ${p99.toFixed(0)}, ${max.toFixed(0)} ms`;
}
