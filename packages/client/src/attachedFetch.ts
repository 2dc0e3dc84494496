import type { Session } from "./session.ts";
import type { ClientWorld, Fetch } from "./world.ts";

/** What it goes by. */
export type AttachedFetchParts = {
  readonly world: ClientWorld;
  readonly usesCookies: boolean;
  /** The only origins that are sent a token. */
  readonly origins: ReadonlySet<string>;
  readonly session: Session;
  /** Gets the next tokens. */
  readonly renew: Session["refresh"];
};

/**
 * Sends the access token along to the listed origins (RFC 6750 2.1). A request with a token follows no redirect unless told to,
 * since not every platform takes the token off on the way to another origin. Once, if the token is refused, the next one is
 * tried, unless the body was a stream, which is gone.
 */
export const createAttachedFetch =
  ({ world, usesCookies, origins, session, renew }: AttachedFetchParts): Fetch =>
  async (input, init) => {
    const request = typeof input === "object" && "url" in input ? input : undefined;
    const headers = new Headers(init?.headers ?? request?.headers);
    const { origin } = new URL(request?.url ?? String(input), world.pageUrl());
    if (!origins.has(origin) || headers.has("authorization")) return world.fetch(input, init);

    await session.freshen(renew);
    const used = session.grant();
    const send = (): Promise<Response> => {
      const token = session.grant()?.access;
      if (usesCookies) return world.fetch(input, { credentials: "include", ...init });
      if (!token) return world.fetch(input, init);
      headers.set("authorization", `Bearer ${token}`);
      return world.fetch(input, { redirect: "error", ...init, headers });
    };
    const response = await send();
    if (!used || request?.bodyUsed || Object(init?.body).getReader || !asksForToken(response)) return response;
    await renew(used);
    const next = session.grant();
    return next && next !== used ? send() : response;
  };

/** Whether another token would help. Where a page of another origin may not read the challenge, 401 says enough. */
function asksForToken({ status, headers, type }: Response): boolean {
  const challenge = headers.get("www-authenticate") ?? (type === "cors" ? "Bearer" : "");
  return status === 401 && /\bbearer\b/i.test(challenge) && !/insufficient_user_auth/.test(challenge);
}
