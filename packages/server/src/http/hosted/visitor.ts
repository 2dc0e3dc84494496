import { readCookie } from "../cookies.ts";
import type { Caller } from "../flows.ts";
import { HttpProblem } from "../problem.ts";
import { problemOfRefusal } from "../refusals.ts";
import type { Callers } from "../route.ts";
import type { RoutedRequest } from "../routedRequest.ts";
import { tokenCookiesOrEnd } from "../signedIn.ts";
import type { HostedParts } from "./hostedParts.ts";

/** Who looks at a page: somebody signed in by our cookies, somebody who must show the password once more, or nobody we know. */
export type Visitor = { readonly state: "known"; readonly caller: Caller } | { readonly state: "stale" | "away" };

/** What a look at a visitor demands (see `Route`), and where the cookies of it go. */
export type Looking = { readonly fresh: number | undefined; readonly cookies: Headers };

/**
 * Finds them. A page has no script that refreshes tokens, so an access token that is over is replaced here, by the refresh
 * token that the browser sends to our own site alone. The cookies of that are added to `cookies` as soon as there are any: the
 * answer must carry them whatever goes wrong afterwards. Throws `HttpProblem` for what keeps us from telling.
 */
export async function visitorOf(
  input: RoutedRequest,
  callers: Callers,
  { fresh, cookies }: Looking,
  parts: HostedParts,
): Promise<Visitor> {
  const first = await look(input, callers, fresh);
  if (first.state !== "away") return first;
  const refreshToken = readCookie(input.request, parts.cookies.refresh);
  if (refreshToken === undefined) return first;
  const refreshed = await parts.flows.refresh({ refreshToken, transport: "cookie" }, input.context);
  if (!refreshed.ok) {
    if (refreshed.refusal.reason !== "invalid_grant") throw problemOfRefusal(refreshed.refusal);
    addCookies(cookies, parts.endings.forgotten(input.request));
    return first;
  }
  addCookies(cookies, await tokenCookiesOrEnd(refreshed.value, parts, input.context));
  const cookie = `${parts.cookies.access}=${refreshed.value.accessToken}`;
  return look({ ...input, request: new Request(input.request.url, { headers: { cookie } }) }, callers, fresh);
}

/** By the same guard as the routes for programs, and by the cookie alone. */
async function look(input: RoutedRequest, callers: Callers, fresh: number | undefined): Promise<Visitor> {
  try {
    const { accountId, sessionId, via } = await callers.bearer(input, { fresh, scope: undefined });
    return via === "cookie" ? { state: "known", caller: { accountId, sessionId } } : { state: "away" };
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    if (error.code === "reauthentication_required") return { state: "stale" };
    if (error.code === "missing_token" || error.code === "invalid_token") return { state: "away" };
    throw error;
  }
}

function addCookies(cookies: Headers, given: Headers): void {
  for (const cookie of given.getSetCookie()) cookies.append("Set-Cookie", cookie);
}
