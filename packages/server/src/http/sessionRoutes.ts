import { formatPosition } from "@cardea/verifier/wire";
import { z } from "zod";
import type { Feed } from "../revoke/feed.ts";
import type { Sessions } from "../session/session.ts";
import type { AccountStore } from "../store/ports.ts";
import { HttpProblem } from "./problem.ts";
import { respondEmpty, respondJson } from "./respond.ts";
import { bearerRoute, publicJsonRoute, type Route } from "./route.ts";
import { sessionBody, signedInBody, userBody } from "./sessionBody.ts";

type SessionRouteParts = {
  readonly sessions: Sessions;
  readonly accounts: Pick<AccountStore, "find">;
  readonly feed: Feed;
};

/** Refreshing, signing out, and a person's own sessions. */
export function sessionRoutes({ sessions, accounts, feed }: SessionRouteParts): readonly Route[] {
  /** Where the log stands after what was just ended: a verifier that is shown it can wait for it. */
  const ended = (status: () => Response): Response => {
    const response = status();
    if (feed.view.epoch !== undefined)
      response.headers.set("Revocation-Position", formatPosition(feed.view.epoch, feed.view.position));
    return response;
  };
  return [
    publicJsonRoute({ method: "POST", path: "/refresh", body: refreshBody }, async ({ body }) => {
      const signedIn = await sessions.refresh(body.refresh_token);
      if (!signedIn.ok) throw new HttpProblem("invalid_grant");
      return respondJson(200, signedInBody(signedIn.value));
    }),
    bearerRoute({ method: "POST", path: "/sign-out" }, async ({ caller }) => {
      await sessions.end(caller.accountId, caller.sessionId);
      return ended(() => respondEmpty());
    }),
    bearerRoute({ method: "GET", path: "/me" }, async ({ caller }) => {
      const account = await accounts.find(caller.accountId);
      if (!account) throw new HttpProblem("invalid_token");
      const own = (await sessions.list(caller.accountId)).find(({ id }) => id === caller.sessionId);
      return respondJson(200, {
        user: userBody(account),
        session: own ? sessionBody(own, own.id) : null,
        claims: caller.claims,
      });
    }),
    bearerRoute({ method: "GET", path: "/sessions" }, async ({ caller }) => {
      const live = await sessions.list(caller.accountId);
      requireLive(live, caller.sessionId);
      return respondJson(200, { sessions: live.map((session) => sessionBody(session, caller.sessionId)) });
    }),
    bearerRoute({ method: "DELETE", path: "/sessions/:id" }, async ({ caller, parameter }) => {
      requireLive(await sessions.list(caller.accountId), caller.sessionId);
      if (!(await sessions.end(caller.accountId, parameter("id")))) throw new HttpProblem("not_found");
      return ended(() => respondEmpty());
    }),
    bearerRoute({ method: "POST", path: "/sessions/revoke-others" }, async ({ caller }) => {
      const count = await sessions.endOthers(caller.accountId, caller.sessionId);
      if (count === undefined) throw new HttpProblem("invalid_token");
      return ended(() => respondJson(200, { revoked: count }));
    }),
  ];
}

/** A stateless token outlives its session; it may not manage the sessions that are left. */
function requireLive(live: readonly { readonly id: string }[], sessionId: string): void {
  if (!live.some(({ id }) => id === sessionId)) throw new HttpProblem("invalid_token");
}

const refreshBody = z.strictObject({
  refresh_token: z.string("Send the refresh token as text.").max(1024, "This is not a refresh token."),
});
