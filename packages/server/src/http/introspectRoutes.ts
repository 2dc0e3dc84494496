import { z } from "zod";
import type { Sessions } from "../session/session.ts";
import { respondJson } from "./respond.ts";
import { type Route, serviceFormRoute } from "./route.ts";

/** Token introspection (RFC 7662): for services that receive opaque tokens. Whatever is wrong with a token, the answer is `active: false` and no more (2.2). */
export function introspectRoutes({ sessions }: { readonly sessions: Sessions }): readonly Route[] {
  return [
    serviceFormRoute({ method: "POST", path: "/introspect", body: introspectBody }, async ({ body }) => {
      const verdict = await sessions.check(body.token);
      return respondJson(
        200,
        verdict.ok ? { active: true, token_type: "Bearer", ...verdict.claims } : { active: false },
      );
    }),
  ];
}

const introspectBody = z.strictObject({
  token: z.string("Send the token.").max(8192, "This is not an access token."),
  token_type_hint: z.string().max(64).optional(),
});
