import { provenClaims, provenHeader } from "../claims.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Check } from "./check.ts";
import type { IsRevoked, VerifiedToken } from "./verifiedToken.ts";

/** The caller's own knowledge, last, on a token that is good in every other way. */
export const revocationCheck = (isRevoked: IsRevoked): Check => ({
  step: "revocation",
  run: ({ result, header, key }) => {
    if (key === undefined) return undefined;
    return judgeRevocation(isRevoked, { claims: provenClaims(result), header: provenHeader(header), key });
  },
});

/**
 * Throws a TypeError for any answer but true and false: a promise would read as true for every token, and undefined
 * as false. What the hook throws itself goes through; nothing is accepted by that.
 */
export function judgeRevocation(isRevoked: IsRevoked, token: VerifiedToken): RefusalCode | undefined {
  const answer: unknown = isRevoked(token);
  if (answer === true) return "revoked";
  if (answer === false) return undefined;
  if (answer instanceof Promise) answer.catch(() => undefined);
  throw new TypeError("verify: isRevoked must answer true or false at once");
}
