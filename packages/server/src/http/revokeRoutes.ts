import { endpoints } from "@cardea/verifier/wire";
import { z } from "zod";
import { emptyAnswer } from "./answer.ts";
import { formBody } from "./body.ts";
import type { Endings } from "./endings.ts";
import type { Flows } from "./flows.ts";
import { type Route, route } from "./route.ts";

/** Token revocation (RFC 7009): whoever holds a token can make it worthless, and what is unknown or over is no error (2.2). */
export function revokeRoutes({
  flows,
  endings,
}: {
  readonly flows: Pick<Flows, "revokeToken">;
  readonly endings: Pick<Endings, "ended">;
}): readonly Route[] {
  return [
    route(
      {
        method: "POST",
        path: endpoints.revoke,
        operationId: "revokeToken",
        summary: "Ends the session of an access or refresh token, with every token of it (RFC 7009).",
        guard: "public",
        csrf: "same-origin",
        body: formBody(revokeForm, { token: "rt_dGhpcnR5LXR3byBieXRlcyBvbmx5IHRoZSBjbGllbnQ" }),
        answers: [revokedAnswer],
      },
      async ({ body, context }) => {
        await flows.revokeToken(body.token, context);
        return revokedAnswer.with(endings.ended());
      },
    ),
  ];
}

/** Further parameters are ignored (RFC 6749 3.2), and so is the hint: a token shows what it is. */
const revokeForm = z.object({
  token: z.string("Send the token.").max(8192, "This is no token of ours."),
  token_type_hint: z.string().max(64).optional(),
});

const revokedAnswer = emptyAnswer("Whatever the token was good for, it is good for nothing now.", {
  "Revocation-Position": "How far the revocation log has come: `<epoch>:<position>`.",
});
