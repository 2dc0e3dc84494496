import { setTimeout as delay } from "node:timers/promises";
import { ask } from "./asking.ts";
import type { Judged } from "./ledger.ts";
import type { Program } from "./program.ts";
import { type Revoking, watchNew } from "./revoking.ts";
import type { Watched } from "./watched.ts";

const othersAtLast = 10;
const atOnce = 200;

/** Asks each verifier about every acknowledged revocation, and about tokens that nobody revoked, some of them new. */
export async function askAtLast(revoking: Revoking, verifiers: readonly Program[]): Promise<void> {
  const { ledger } = revoking;
  await watchNew(revoking, othersAtLast, () => true, true);
  const revoked = ledger.tokens.filter(({ acknowledgedAt }) => acknowledgedAt !== undefined);
  const tokens = [...revoked, ...ledger.others()];
  await Promise.all(
    verifiers.map(async (verifier, index) => {
      for (let from = 0; from < tokens.length; from += atOnce) {
        const slice = tokens.slice(from, from + atOnce);
        ledger.heardAtLast(index, slice, await settledAnswer(verifier, slice));
      }
    }),
  );
}

/** One that is stale again for a moment, or has to fetch a new key, is asked again. */
async function settledAnswer(verifier: Program, tokens: readonly Watched[]): Promise<readonly Judged[]> {
  for (let tries = 1; ; tries++) {
    const judged = await ask(verifier, tokens);
    const isSettled = judged.every(
      ({ said }, index) => said === (tokens[index]?.acknowledgedAt ? "revoked" : "accepted"),
    );
    if (isSettled || tries === mostTries) return judged;
    await delay(200);
  }
}

/** Some seconds, since keys are fetched every five at most. */
const mostTries = 60;
