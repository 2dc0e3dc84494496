import type { Claims } from "../claims.ts";
import { createExplainer, type Explanation } from "./createExplainer.ts";
import type { MultiIssuerOptions } from "./createMultiIssuerVerifier.ts";
import type { VerifierOptions } from "./createVerifier.ts";

/** Tells, check by check, why one token is accepted or refused. For people and tools, not for the request path. */
export const explain = <C = Claims>(token: string, options: VerifierOptions<C> | MultiIssuerOptions<C>): Explanation =>
  createExplainer(options)(token);
