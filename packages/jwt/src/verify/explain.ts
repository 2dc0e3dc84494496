import type { Claims } from "../claims.ts";
import { createVerifier, type VerifierOptions } from "./createVerifier.ts";
import type { Explanation } from "./explainChecks.ts";

/** Tells, check by check, why one token is accepted or refused. For people and tools, not for the request path. */
export const explain = <C = Claims>(token: string, options: VerifierOptions<C>): Explanation =>
  createVerifier(options).explain(token);
