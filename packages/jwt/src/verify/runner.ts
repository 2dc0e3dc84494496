import { Buffer } from "node:buffer";
import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";
import type { Check } from "./check.ts";
import type { Rules } from "./rules.ts";

/** Rules, and a function that runs their checks: the first refusal, or undefined for a good token. */
export type Runner = Rules & { readonly run: (attempt: Attempt) => RefusalCode | undefined };

/**
 * Tokens of one issuer share their header segment, so the last one that belonged to a genuine token is kept: whoever
 * spells it the same way has passed the checks of the header. Forgeries never replace it.
 */
export function runnerOf(rules: Rules): Runner {
  const { checks } = rules;
  const otherChecks = checks.filter(({ isOfHeader }) => !isOfHeader);
  let known = noHeader;
  const run = (attempt: Attempt): RefusalCode | undefined => {
    const { token } = attempt;
    const isKnown =
      typeof token === "string" && known.prefix !== "" && token.slice(0, known.prefix.length) === known.prefix;
    if (isKnown) useKnownHeader(attempt, known);
    const code = firstRefusal(isKnown ? otherChecks : checks, attempt);
    if (!isKnown && code === undefined) known = knownHeader(attempt);
    return code;
  };
  return { ...rules, run };
}

function firstRefusal(checks: readonly Check[], attempt: Attempt): RefusalCode | undefined {
  for (let at = 0; at < checks.length; at++) {
    const code = checks[at]?.run(attempt);
    if (code !== undefined) return code;
  }
  return undefined;
}

type KnownHeader = Pick<Attempt, "header" | "alg" | "candidates"> & { readonly prefix: string };

const noHeader: KnownHeader = { prefix: "", header: { alg: "" }, alg: undefined, candidates: [] };

/** Copies the prefix, as a slice would keep the whole token in memory. */
const knownHeader = ({ token, headerEnd, header, alg, candidates }: Attempt): KnownHeader => ({
  prefix: Buffer.from(token.slice(0, headerEnd + 1), "latin1").toString("latin1"),
  header,
  alg,
  candidates,
});

function useKnownHeader(attempt: Attempt, known: KnownHeader): void {
  attempt.headerEnd = known.prefix.length - 1;
  attempt.header = known.header;
  attempt.alg = known.alg;
  attempt.candidates = known.candidates;
}
