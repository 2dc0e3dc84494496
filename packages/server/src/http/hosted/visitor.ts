import { readCookie } from "../cookies.ts";
import type { Caller } from "../flows.ts";
import { HttpProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusals.ts";
import type { Callers } from "../route.ts";
import type { RoutedRequest } from "../routedRequest.ts";
import { tokenCookiesOrEnd } from "../signedIn.ts";
import type { HostedParts } from "./hostedParts.ts";

/** Who looks at a page: somebody signed in by our cookies, somebody who must show the password once more, or nobody we know. */
export type Visitor =
  | { readonly state: "known"; readonly caller: Caller; readonly headers: Headers }
  | { readonly state: "stale" | "away"; readonly headers: Headers };

/**
 * Finds them. A page has no script that refreshes tokens, so an access token that is over is replaced here, by the refresh
 * token that the browser sends to our own site alone; `headers` are the cookies of that, for the answer. `fresh`: see `Route`.
 * Throws `HttpProblem` for what keeps us from telling.
 */
export async function visitorOf(
  input: RoutedRequest,
  callers: Callers,
  fresh: number | undefined,
  parts: HostedParts,
): Promise<Visitor> {
  const headers = new Headers();
  const first = await look(input, callers, fresh);
  if (first !== "away") return first === "stale" ? { state: first, headers } : { ...first, headers };
  const refreshToken = readCookie(input.request, parts.cookies.refresh);
  if (refreshToken === undefined) return { state: "away", headers };
  const refreshed = await parts.flows.refresh({ refreshToken, transport: "cookie" }, input.context);
  if (!refreshed.ok) {
    if (refreshed.refusal.reason !== "invalid_grant") throw problemOfRefusal(refreshed.refusal);
    return { state: "away", headers: parts.endings.forgotten(input.request) };
  }
  const renewed = await tokenCookiesOrEnd(refreshed.value, parts, input.context);
  const cookie = `${parts.cookies.access}=${refreshed.value.accessToken}`;
  const second = await look(
    { ...input, request: new Request(input.request.url, { headers: { cookie } }) },
    callers,
    fresh,
  );
  if (second === "stale" || second === "away") return { state: second, headers: renewed };
  return { ...second, headers: renewed };
}

type Look = { readonly state: "known"; readonly caller: Caller } | "stale" | "away";

/** By the same guard as the routes for programs, and by the cookie alone. */
async function look(input: RoutedRequest, callers: Callers, fresh: number | undefined): Promise<Look> {
  try {
    const { accountId, sessionId, via } = await callers.bearer(input, { fresh, scope: undefined });
    return via === "cookie" ? { state: "known", caller: { accountId, sessionId } } : "away";
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    if (error.code === "reauthentication_required") return "stale";
    if (error.code === "missing_token" || error.code === "invalid_token") return "away";
    throw error;
  }
}
