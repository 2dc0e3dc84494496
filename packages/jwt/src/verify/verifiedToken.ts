import type { Claims, VerifiedClaims, VerifiedHeader } from "../claims.ts";
import type { VerificationKey } from "../keys/key.ts";

/** A token that passed every check, and the key that signed it. */
export type VerifiedToken<C = Claims> = {
  readonly claims: VerifiedClaims<C>;
  readonly header: VerifiedHeader;
  readonly key: VerificationKey;
};

/** Whether a token that is good in every other way has been revoked. Answers at once. */
export type IsRevoked<C = Claims> = (token: VerifiedToken<C>) => boolean;
