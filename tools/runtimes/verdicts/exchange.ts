import { createVerifier } from "@cardea/jwt";
import { clock, policy, verdictOf } from "./expectations.ts";
import { verificationKey } from "./keys.ts";
import type { Name, Row } from "./row.ts";

/** What this runtime says to the tokens that each runtime made with the common keys. */
export function exchangeRows(
  signed: Readonly<Record<string, Readonly<Record<string, string>>>>,
  present: readonly Name[],
): readonly Row[] {
  return present.flatMap((alg) => {
    const verifier = createVerifier({ keys: verificationKey(alg), policy, now: clock });
    return Object.entries(signed).flatMap(([signer, { [alg]: token }]) => {
      if (token === undefined) return [];
      const verdict = verdictOf(verifier.verify(token));
      return [{ id: `${alg}: signed by ${signer}`, about: [alg], verdict, isRight: verdict.startsWith("accepted") }];
    });
  });
}
