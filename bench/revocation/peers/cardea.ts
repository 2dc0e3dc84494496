import { createVerifier, type Verifier } from "@cardea/verifier";
import { newContenders } from "../contenders.ts";
import { filledView } from "../entries.ts";
import type { Issuer } from "../programs/issuer.ts";
import type { Peer } from "./peer.ts";

/** What the others are compared with. */
export const ours = "verify, with the view";

/** A verifier that follows the issuer, once its view is live. */
export async function followingVerifier(issuer: Issuer): Promise<Verifier> {
  const verifier = createVerifier({
    issuer: issuer.url,
    audience: "app",
    credentials: await issuer.newCredentials(),
    revocation: { maxStaleness: "5s", whenStale: "deny" },
    readyTimeout: "60s",
  });
  await verifier.ready();
  return verifier;
}

/** The whole of `verify` for tokens that were seen before: dates, key, revocation. The signature was checked then. */
export function verifying({ verify }: Verifier, tokens: readonly string[]): Peer {
  const here = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      if (!verify(tokens[at % tokens.length] ?? "").ok) throw new Error("Our verifier refused a token.");
    }
  };
  return { name: ours, ask: { here } };
}

/** Of that, what the question for revocation takes. */
export function viewAlone(entries: number): Peer {
  const byHandle = newContenders(filledView(entries), undefined).find(({ name }) => name === "handle, after news");
  if (byHandle === undefined) throw new Error("There is no such contender.");
  const { questions, run } = byHandle;
  return {
    name: "of that, the view",
    ask: {
      here: (from, to) => {
        const start = from % questions;
        // Whenever it begins anew there is news, or all would be known to be clean.
        if (start < to - from) byHandle.prepare?.();
        run(start, Math.min(start + to - from, questions));
      },
    },
  };
}
