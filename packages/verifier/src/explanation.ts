import type { Refusal } from "./verdict.ts";

/** Every check in its order, up to and including the first that failed. */
export type Explanation = {
  readonly ok: boolean;
  readonly steps: readonly ExplanationStep[];
  readonly refusal?: Refusal;
};

/** One check: its verdict, why, what had to be looked up for it, and how long it took in microseconds. */
export type ExplanationStep = {
  readonly step: string;
  readonly ok: boolean;
  readonly why: string;
  readonly lookedUp: "nothing" | "memory" | "network";
  readonly micros: number;
};

/** Runs one check and times it; `monotonic` in milliseconds. */
export function explainStep(
  step: string,
  lookedUp: ExplanationStep["lookedUp"],
  { monotonic, check }: { monotonic: () => number; check: () => { readonly ok: boolean; readonly why: string } },
): ExplanationStep {
  const startedAt = monotonic();
  const { ok, why } = check();
  return { step, ok, why, lookedUp, micros: Math.round((monotonic() - startedAt) * 10_000) / 10 };
}
