import type { Claims } from "../claims.ts";
import { createVerifier, type VerifierOptions } from "./createVerifier.ts";
import type { VerifyResult } from "./tokenVerifier.ts";

/**
 * Verifies one token. Whoever verifies more than one with the same keys and policy makes a verifier of them first:
 * `createVerifier(options)`.
 */
export const verify = <C = Claims>(token: string, options: VerifierOptions<C>): VerifyResult<C> =>
  createVerifier(options).verify(token);
