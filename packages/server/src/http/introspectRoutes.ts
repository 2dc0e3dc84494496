import { problemFor, type Verdict } from "@cardea/verifier/judge";
import { endpoints } from "@cardea/verifier/wire";
import { z } from "zod";
import { jsonAnswer } from "./answer.ts";
import { formBody } from "./body.ts";
import { HttpProblem } from "./problem.ts";
import { type Route, route } from "./route.ts";

/** Token introspection (RFC 7662): for services that receive opaque tokens. Whatever is wrong with a token, the answer is `active: false` and no more (2.2); when the issuer cannot tell, it is a 503. */
export function introspectRoutes({ check }: { readonly check: (token: string) => Promise<Verdict> }): readonly Route[] {
  return [
    route(
      {
        method: "POST",
        path: endpoints.introspect,
        operationId: "introspect",
        summary: "Whether an access token is active, and what it says (RFC 7662).",
        guard: "service",
        scope: "introspect",
        csrf: "safe",
        body: formBody(introspectForm, { token: "at_dGhpcnR5LXR3byBieXRlcyBvbmx5IHRoZSBjbGllbnQ" }),
        answers: [introspectedAnswer],
        refusals: ["stale_view"],
      },
      async ({ body }) => {
        const verdict = await check(body.token);
        if (verdict.ok) return introspectedAnswer.with({ ...verdict.claims, active: true, token_type: "Bearer" });
        const problem = problemFor(verdict.refusal);
        if (problem !== "invalid_token") throw new HttpProblem(problem);
        return introspectedAnswer.with({ active: false });
      },
    ),
  ];
}

/** Further parameters are ignored (RFC 6749 3.2). */
const introspectForm = z.object({
  token: z.string("Send the token.").max(8192, "This is not an access token."),
  token_type_hint: z.string().max(64).optional(),
});

const introspectedAnswer = jsonAnswer(
  { status: 200, description: "What is known about the token." },
  z.union([
    z.strictObject({ active: z.literal(false) }),
    z
      .looseObject({ active: z.literal(true), token_type: z.literal("Bearer"), iss: z.string(), sub: z.string() })
      .meta({ id: "ActiveToken", description: "The claims of the access token." }),
  ]),
  { active: false },
);
