import { setTimeout as delay } from "node:timers/promises";
import { createVerifier } from "@cardea/verifier";
import { nowMicros } from "../nowMicros.ts";
import type { JudgeQuestion, JudgeSetting } from "./judge.ts";
import { type Service, serveProgram } from "./program.ts";

/** For so long after the first refusal it goes on, so that a token that is accepted again is seen. */
const afterRefusalMicros = 20_000;

/** A service that is asked about one token, once a millisecond. */
async function start({ issuer, feed, credentials }: JudgeSetting): Promise<Service> {
  const verifier = createVerifier({
    issuer,
    audience: "app",
    credentials,
    revocation: { maxStaleness: "5s", whenStale: "deny", feed },
    readyTimeout: "60s",
  });
  await verifier.ready();
  let watching: Promise<number> | undefined;

  const lastAccept = async (token: string): Promise<number> => {
    let accepted = nowMicros();
    let refused: number | undefined;
    while (refused === undefined || nowMicros() - refused < afterRefusalMicros) {
      await delay(1);
      const { ok } = verifier.verify(token);
      if (ok) accepted = nowMicros();
      else refused ??= nowMicros();
    }
    return accepted;
  };
  return {
    ready: "live",
    answer: async (question: JudgeQuestion) => {
      if (question === "last accept") return watching;
      const { ok } = await verifier.authenticate(question.watch);
      watching = ok ? lastAccept(question.watch) : undefined;
      return ok;
    },
  };
}

await serveProgram(start);
