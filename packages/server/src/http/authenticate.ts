import type { ProblemCode } from "@cardea/verifier/wire";
import { type Freshness, type PersonCaller, type PersonParts, personCaller } from "./callers.ts";
import { carriesCookie } from "./cookies.ts";
import { checkOrigin } from "./originCheck.ts";
import { withPolicyHeaders } from "./policyHeaders.ts";
import { problemOf, respondProblem } from "./respond.ts";
import { type Connection, contextOf, type Serving } from "./serveRoutes.ts";

/** Who sent a request, or why nobody is known: the public code, and the whole answer by RFC 6750 and RFC 9457. */
export type Authentication =
  | ({ readonly ok: true } & PersonCaller)
  | { readonly ok: false; readonly code: ProblemCode; readonly toResponse: () => Response };

/**
 * The person behind a request to a route of the application's own, by the same rules as behind the issuer's: a token in the header
 * or in the cookie, never two; a request that changes something comes from a trusted page if it carries a cookie. Throws only
 * for faults of ours.
 */
export type Authenticate = (
  request: Request,
  demands?: Freshness & { readonly connection?: Connection },
) => Promise<Authentication>;

/** Authentication for whoever embeds the issuer. */
export const createAuthenticate =
  (person: PersonParts, serving: Serving): Authenticate =>
  async (request, { connection, ...freshness } = {}) => {
    const context = contextOf(request, connection, serving);
    try {
      if (changesSomething(request) && carriesCookie(request, serving.cookies)) {
        checkOrigin(request, serving.origins, {
          carriesCookie: true,
          refused: (reason) => serving.refused({ type: "csrf_refused", reason }, context),
        });
      }
      return { ok: true, ...(await personCaller({ request, context }, freshness, person)) };
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code === "internal_error") throw error;
      const { code } = problem;
      return { ok: false, code, toResponse: () => withPolicyHeaders(respondProblem(problem), request, serving) };
    }
  };

const changesSomething = ({ method }: Request): boolean => !/^(?:GET|HEAD|OPTIONS)$/.test(method);
