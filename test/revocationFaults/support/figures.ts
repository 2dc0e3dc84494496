import { columns } from "../../../bench/columns.ts";
import type { Ledger, Violation } from "./ledger.ts";
import type { Outcome } from "./run.ts";
import type { Phase } from "./watched.ts";

/** How long after the acknowledgement verifiers were last seen to accept, in milliseconds; 0 where they never were. */
export type Lag = {
  readonly phase: Phase;
  /** Undefined: all of them. */
  readonly verifier: number | undefined;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
};

/** By phase, and in each by verifier with all of them first. */
export function lagsOf({ tokens }: Ledger, verifiers: number): readonly Lag[] {
  const all = Array.from({ length: verifiers }, (_, verifier) => verifier);
  const lagsAt = (verifier: number, phase: Phase): readonly number[] =>
    tokens.flatMap(({ phase: its, acknowledgedAt, acceptedAt }) =>
      its === phase && acknowledgedAt !== undefined
        ? [Math.max(0, (acceptedAt.get(verifier) ?? 0) - acknowledgedAt)]
        : [],
    );
  const phases: readonly Phase[] = ["quiet", "faults"];
  return phases.flatMap((phase) => {
    const each = all.map((verifier) => lagsAt(verifier, phase));
    return [undefined, ...all].map((verifier) => {
      const lags = (verifier === undefined ? each.flat() : (each[verifier] ?? [])).toSorted((a, b) => a - b);
      return { phase, verifier, p50: quantile(lags, 0.5), p99: quantile(lags, 0.99), max: quantile(lags, 1) };
    });
  });
}

/** How often each invariant was broken: by verifiers below `control`, or by that one. */
export function brokenIn({ violations }: Ledger, control: number, whose: "verifiers" | "control"): Broken {
  const its = violations.filter(({ verifier }) => (whose === "control" ? verifier === control : verifier < control));
  const count = (broken: Violation["broken"]): number => its.filter((each) => each.broken === broken).length;
  return {
    bound: count("bound"),
    effective: count("effective"),
    returned: count("returned"),
    lost: count("lost"),
    overreach: count("overreach"),
  };
}

type Broken = Readonly<Record<Violation["broken"], number>>;

/** How many revocations were acknowledged, in which phase if one is given, and how many of them as effective, with nobody pending. */
export function countsOf(
  { calls }: Ledger,
  phase?: Phase,
): { readonly acknowledged: number; readonly effective: number } {
  const its = calls.filter((call) => phase === undefined || call.phase === phase);
  const having = (name: "acknowledgedAt" | "effectiveAt"): number =>
    its.filter((call) => call[name] !== undefined).length;
  return { acknowledged: having("acknowledgedAt"), effective: having("effectiveAt") };
}

/** What a run came to, as lines for people. */
export function tableOf({ ledger, faults, sweeps, seconds }: Outcome, verifiers: number): string {
  const { acknowledged, effective } = countsOf(ledger);
  const lags = columns(
    ["last acceptance after the acknowledgement, ms", "p50", "p99", "max"],
    lagsOf(ledger, verifiers).map(({ phase, verifier, p50, p99, max }) => [
      `${phase}, ${verifier === undefined ? "all verifiers" : `verifier ${verifier + 1}`}`,
      ...[p50, p99, max].map((ms) => ms.toFixed(1)),
    ]),
  );
  return [
    `${acknowledged} revocations acknowledged, ${effective} of them effective, in ${seconds.toFixed(0)} s`,
    `revoked for many: ${list(sweeps)}`,
    `faults: ${list(faults)}`,
    `verifiers said: ${list(ledger.said)}`,
    `broken: ${list(Object.entries(brokenIn(ledger, verifiers, "verifiers")))}`,
    `broken by the control: ${list(Object.entries(brokenIn(ledger, verifiers, "control")))}`,
    ...ledger.violations
      .filter(({ verifier }) => verifier < verifiers)
      .slice(0, 5)
      .map((violation) => `  ${JSON.stringify(violation)}`),
    lags,
  ].join("\n");
}

/** Names with their counts, in one line. */
export const list = (counts: Iterable<readonly [string, number]>): string =>
  [...counts].map(([name, count]) => `${name} ${count}`).join(", ");

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
