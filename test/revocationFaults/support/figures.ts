import { columns } from "../../../bench/columns.ts";
import type { Ledger, Phase, Violation } from "./ledger.ts";
import type { Outcome } from "./run.ts";

/** How long after the acknowledgement a verifier was last seen to accept, in milliseconds; 0 if it never was. */
export type Lag = {
  readonly phase: Phase;
  /** Undefined: all of them. */
  readonly verifier: number | undefined;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
};

/** By phase, and in each by verifier with all of them first. */
export function lagsOf({ revoked }: Ledger, verifiers: number): readonly Lag[] {
  const all = Array.from({ length: verifiers }, (_, verifier) => verifier);
  const lagAt = (verifier: number, phase: Phase): readonly number[] =>
    revoked.flatMap(({ phase: its, acknowledgedAt, acceptedAt }) =>
      its === phase && acknowledgedAt !== undefined
        ? [Math.max(0, (acceptedAt.get(verifier) ?? 0) - acknowledgedAt)]
        : [],
    );
  const phases: readonly Phase[] = ["quiet", "faults"];
  return phases.flatMap((phase) => {
    const each = all.map((verifier) => lagAt(verifier, phase));
    return [undefined, ...all].map((verifier) => {
      const lags = (verifier === undefined ? each.flat() : (each[verifier] ?? [])).toSorted((a, b) => a - b);
      return { phase, verifier, p50: quantile(lags, 0.5), p99: quantile(lags, 0.99), max: quantile(lags, 1) };
    });
  });
}

/** How often each invariant was broken. */
export const brokenIn = ({ violations }: Ledger): Readonly<Record<Violation["broken"], number>> => {
  const count = (broken: Violation["broken"]): number => violations.filter((each) => each.broken === broken).length;
  return { bound: count("bound"), effective: count("effective"), lost: count("lost"), overreach: count("overreach") };
};

/** What a run came to, as lines for people. */
export function tableOf({ ledger, acknowledged, effective, faults, seconds }: Outcome, verifiers: number): string {
  const list = (counts: Iterable<readonly [string, number]>): string =>
    [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
  const lags = columns(
    ["last acceptance after the acknowledgement, ms", "p50", "p99", "max"],
    lagsOf(ledger, verifiers).map(({ phase, verifier, p50, p99, max }) => [
      `${phase}, ${verifier === undefined ? "all verifiers" : `verifier ${verifier + 1}`}`,
      ...[p50, p99, max].map((ms) => ms.toFixed(1)),
    ]),
  );
  return [
    `${acknowledged} revocations acknowledged, ${effective} of them effective, in ${seconds.toFixed(0)} s`,
    `faults: ${list(faults)}`,
    `verifiers said: ${list(ledger.said)}`,
    `broken: ${list(Object.entries(brokenIn(ledger)))}`,
    ...ledger.violations.slice(0, 5).map((violation) => `  ${JSON.stringify(violation)}`),
    lags,
  ].join("\n");
}

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
