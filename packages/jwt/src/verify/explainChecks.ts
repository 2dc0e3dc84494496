import { systemStopwatch } from "../clock.ts";
import { type Peeked, peek } from "../peek.ts";
import { type Refusal, refusalOf } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";

/** One check of one token: its verdict, the reason, and its cost in microseconds. */
export type Step = { readonly step: string; readonly ok: boolean; readonly why: string; readonly micros: number };

/** Every check up to the first that fails, and what the token says about itself, which nobody has verified. */
export type Explanation = {
  readonly ok: boolean;
  readonly steps: readonly Step[];
  readonly refusal?: Refusal;
  readonly unverified?: { readonly header: Peeked["unverifiedHeader"]; readonly claims: Peeked["unverifiedClaims"] };
};

/** Runs the checks of `verify` and keeps a record. `stopwatch` counts milliseconds. */
export function explainChecks(
  checks: readonly Check[],
  attempt: Attempt,
  stopwatch: () => number = systemStopwatch,
): Explanation {
  const steps: Step[] = [];
  let refusal: Refusal | undefined;
  for (const check of checks) {
    const began = stopwatch();
    const code = check.run(attempt);
    const micros = Math.round((stopwatch() - began) * 10_000) / 10;
    if (code !== undefined) refusal = refusalOf(code);
    steps.push({ step: check.step, ok: refusal === undefined, why: refusal?.message ?? check.passed, micros });
    if (refusal !== undefined) break;
  }
  return { ok: refusal === undefined, steps, ...(refusal && { refusal }), ...unverifiedParts(attempt.token) };
}

function unverifiedParts(token: string): Pick<Explanation, "unverified"> {
  const peeked = peek(token);
  return peeked === undefined
    ? {}
    : { unverified: { header: peeked.unverifiedHeader, claims: peeked.unverifiedClaims } };
}
