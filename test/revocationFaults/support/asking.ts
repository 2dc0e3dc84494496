import { setTimeout as delay } from "node:timers/promises";
import type { Chance } from "./chance.ts";
import type { Ledger, Revoked } from "./ledger.ts";
import type { Program } from "./program.ts";
import type { Said } from "./verifierProgram.ts";

/** One verifier that is asked, and what is asked. */
export type Asking = {
  readonly verifier: Program;
  readonly index: number;
  readonly ledger: Ledger;
  /** Tokens that nobody revokes. */
  readonly others: readonly string[];
  readonly chance: Chance;
};

/** How many are asked about at once: of those that it may still accept, and again of those that it refused before. */
const mostUnsettled = 100;
const settledAgain = 5;
const pauseMs = 10;

/** Asks a verifier on and on, one question at a time, until the signal. Who does not answer is asked again. */
export async function keepAsking(asking: Asking, signal: AbortSignal): Promise<void> {
  const { index, ledger, verifier, others, chance } = asking;
  while (!signal.aborted) {
    await delay(pauseMs);
    const items = [...newest(ledger.unsettled(index)), ...again(ledger, chance)];
    const other = others.length === 0 ? [] : [chance.oneOf(others)];
    const sentAt = performance.now();
    const said = await ask(verifier, [...items.map(({ token }) => token), ...other], signal).catch(() => undefined);
    if (said === undefined) continue;
    const asked = { verifier: index, sentAt, answeredAt: performance.now() };
    ledger.heard(asked, items, said.slice(0, items.length));
    ledger.heardOfOthers(asked, said.slice(items.length));
  }
}

/** What a verifier says about each token. Rejects if it does not answer within some seconds. */
export async function ask(
  verifier: Program,
  tokens: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Said[]> {
  const limits = [AbortSignal.timeout(5000), ...(signal ? [signal] : [])];
  const body = JSON.stringify(tokens);
  const init: RequestInit = { method: "POST", body, signal: AbortSignal.any(limits) };
  const response = await fetch(`http://127.0.0.1:${verifier.port}/`, init);
  return (await response.json()) as readonly Said[];
}

/** The latest of them; the older ones have their turn as these are settled. */
const newest = (unsettled: Iterable<Revoked>): readonly Revoked[] => [...unsettled].slice(-mostUnsettled);

const again = ({ revoked }: Ledger, chance: Chance): readonly Revoked[] =>
  revoked.length === 0 ? [] : Array.from({ length: settledAgain }, () => chance.oneOf(revoked));
