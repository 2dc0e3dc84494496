import type { Claims } from "../claims.ts";
import { systemStopwatch } from "../clock.ts";
import { type Peeked, peek } from "../peek.ts";
import { type Refusal, refusalOf } from "../refusal.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { newAttempt } from "./attempt.ts";
import { chooseByIssuer, type MultiIssuerOptions } from "./createMultiIssuerVerifier.ts";
import { checkedSharedOptions, type VerifierOptions, verifierOptionNames } from "./createVerifier.ts";
import { meaningOf } from "./meanings.ts";
import { type Rules, rulesOf } from "./rules.ts";
import type { ChooseRunner } from "./tokenVerifier.ts";

/** One check of one token: its verdict, the reason, and its cost in microseconds. */
export type Step = { readonly step: string; readonly ok: boolean; readonly why: string; readonly micros: number };

/** Every check up to the first that fails, and what the token says about itself, which nobody has verified. */
export type Explanation = {
  readonly ok: boolean;
  readonly steps: readonly Step[];
  readonly refusal?: Refusal;
  readonly unverified?: { readonly header: Peeked["unverifiedHeader"]; readonly claims: Peeked["unverifiedClaims"] };
};

/**
 * A function that tells, check by check, why a token is accepted or refused: the table of `createVerifier` or of
 * `createMultiIssuerVerifier`, run without a cache or any other short cut. For people and tools, not for the request
 * path. Throws a TypeError as they do.
 */
export function createExplainer<C = Claims>(
  options: VerifierOptions<C> | MultiIssuerOptions<C>,
): (token: string) => Explanation {
  if (typeof options === "object" && options !== null && Object.hasOwn(options, "issuers")) {
    const { choose, now } = chooseByIssuer("createExplainer", options as MultiIssuerOptions<C>);
    return explainByIssuer(choose, now);
  }
  const own = refuseUnknownOptions("createExplainer", options as VerifierOptions<C>, verifierOptionNames);
  const { now } = checkedSharedOptions("createExplainer", own);
  const rules = rulesOf("createExplainer", own);
  return (token) => explainBy(rules, token, now);
}

const explainByIssuer =
  (choose: ChooseRunner, now: () => number) =>
  (token: string): Explanation => {
    const began = systemStopwatch();
    const rules = choose(token);
    const micros = microsSince(began);
    if (typeof rules === "string") {
      const refusal = refusalOf(rules);
      const only = { step: "rules", ok: false, why: refusal.message, micros };
      return { ok: false, steps: [only], refusal, ...unverified(token) };
    }
    const explanation = explainBy(rules, token, now);
    const first = { step: "rules", ok: true, why: "the issuer is listed", micros };
    return { ...explanation, steps: [first, ...explanation.steps] };
  };

function explainBy(rules: Rules, token: string, now: () => number): Explanation {
  const attempt = newAttempt(token, now() / 1000);
  const steps: Step[] = [];
  for (const check of rules.checks) {
    const began = systemStopwatch();
    const code = check.run(attempt);
    const micros = microsSince(began);
    if (code !== undefined) {
      const refusal = refusalOf(code);
      const last = { step: check.step, ok: false, why: refusal.message, micros };
      return { ok: false, steps: [...steps, last], refusal, ...unverified(token) };
    }
    steps.push({ step: check.step, ok: true, why: meaningOf(check.step, rules), micros });
  }
  return { ok: true, steps, ...unverified(token) };
}

const microsSince = (began: number): number => Math.round((systemStopwatch() - began) * 10_000) / 10;

function unverified(token: string): Pick<Explanation, "unverified"> {
  const peeked = peek(token);
  return peeked === undefined
    ? {}
    : { unverified: { header: peeked.unverifiedHeader, claims: peeked.unverifiedClaims } };
}
