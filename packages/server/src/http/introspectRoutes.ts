import { problemFor } from "@cardea/verifier/judge";
import { z } from "zod";
import type { Sessions } from "../session/session.ts";
import { HttpProblem } from "./problem.ts";
import { respondJson } from "./respond.ts";
import { type Route, serviceFormRoute } from "./route.ts";

/** Token introspection (RFC 7662): for services that receive opaque tokens. Whatever is wrong with a token, the answer is `active: false` and no more (2.2); when the issuer cannot tell, it is a 503. */
export function introspectRoutes({ sessions }: { readonly sessions: Sessions }): readonly Route[] {
  return [
    serviceFormRoute({ method: "POST", path: "/introspect", body: introspectBody }, async ({ body }) => {
      const verdict = await sessions.check(body.token);
      if (verdict.ok) return respondJson(200, { ...verdict.claims, active: true, token_type: "Bearer" });
      const problem = problemFor(verdict.refusal);
      if (problem !== "invalid_token") throw new HttpProblem(problem);
      return respondJson(200, { active: false });
    }),
  ];
}

/** Further parameters are ignored (RFC 6749 3.2). */
const introspectBody = z.object({
  token: z.string("Send the token.").max(8192, "This is not an access token."),
  token_type_hint: z.string().max(64).optional(),
});
