import { setTimeout as delay } from "node:timers/promises";
import type { Chance } from "./chance.ts";
import type { Judged, Ledger } from "./ledger.ts";
import type { Program } from "./program.ts";
import type { Watched } from "./watched.ts";

/** One verifier that is asked. */
export type Asking = {
  readonly verifier: Program;
  readonly index: number;
  /** Between two questions, in milliseconds, as it is now. */
  readonly pauseMs: () => number;
  readonly ledger: Ledger;
  readonly chance: Chance;
};

/** How many are asked about at once: of those that it may still accept, fewer while it knows about none; and again of those that it refused before. */
const mostUnsettled = 50;
const whileBlind = 2;
const settledAgain = 2;

/** Asks a verifier on and on, one question at a time, until the signal. Who does not answer is asked again. */
export async function keepAsking(
  { index, pauseMs, ledger, verifier, chance }: Asking,
  signal: AbortSignal,
): Promise<void> {
  let isBlind = false;
  while (!signal.aborted) {
    await delay(pauseMs());
    const newest = [...ledger.unsettled(index)].slice(isBlind ? -whileBlind : -mostUnsettled);
    const tokens = [...newest, ...some(ledger.tokens, settledAgain, chance), ...some(ledger.others(), 1, chance)];
    const judged = await ask(verifier, tokens, signal).catch(() => undefined);
    if (judged === undefined) continue;
    ledger.heard(index, tokens, judged);
    isBlind = judged.every(({ said }) => said !== "accepted" && said !== "revoked");
  }
}

/** What a verifier says about each token. Rejects if it does not answer within some seconds. */
export async function ask(
  verifier: Program,
  tokens: readonly Watched[],
  signal?: AbortSignal,
): Promise<readonly Judged[]> {
  const limits = [AbortSignal.timeout(5000), ...(signal ? [signal] : [])];
  const body = JSON.stringify(tokens.map(({ id }) => id));
  const init: RequestInit = { method: "POST", body, signal: AbortSignal.any(limits) };
  const response = await fetch(`http://127.0.0.1:${verifier.port}/`, init);
  return (await response.json()) as readonly Judged[];
}

const some = (tokens: readonly Watched[], count: number, chance: Chance): readonly Watched[] =>
  tokens.length === 0 ? [] : Array.from({ length: count }, () => chance.oneOf(tokens));
