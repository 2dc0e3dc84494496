import type { Grant } from "./grant.ts";
import type { Session } from "./session.ts";
import type { ClientWorld, Fetch } from "./world.ts";

/** What it goes by. */
export type AttachedFetchParts = {
  readonly world: ClientWorld;
  readonly usesCookies: boolean;
  /** The only origins that are sent a token. */
  readonly origins: ReadonlySet<string>;
  readonly session: Session;
};

/** Another token would help. */
const askingForToken = /^(?!.*insufficient_user_auth).*\bbearer\b/i;

/**
 * Sends the access token along to the listed origins (RFC 6750 2.1). A request with a token follows no redirect unless told to,
 * since not every platform takes the token off on the way to another origin. Once, if the token is refused, the next one is
 * tried, unless the body was a stream, which is gone. What one person asks is never sent as another one, though a tab beside
 * may sign somebody else in meanwhile. `renew` gets the next tokens.
 */
export const createAttachedFetch =
  ({ world, usesCookies, origins, session }: AttachedFetchParts) =>
  (renew: Session["renew"]): Fetch =>
  async (input, init) => {
    const request: Partial<Request> = Object(input);
    const headers = new Headers(init?.headers ?? request.headers);
    const { origin, href } = new URL(request.url ?? String(input), world.pageUrl());
    // A URL object may be changed while this waits.
    const target = request.url ? input : href;
    if (!origins.has(origin) || headers.has("authorization")) return world.fetch(target, init);

    const used = await session.freshen(renew);
    const send = (grant: Grant | undefined): Promise<Response> => {
      if (grant?.access) headers.set("authorization", `Bearer ${grant.access}`);
      const own: RequestInit | undefined = usesCookies ? { credentials: "include" } : grant && { redirect: "error" };
      return world.fetch(target, { ...own, ...init, headers });
    };
    const response = await send(used);
    // Where a page of another origin may not read the challenge, 401 says enough.
    const challenge = response.headers.get("www-authenticate") ?? (response.type === "cors" ? "Bearer" : "");
    const isRefused = response.status === 401 && askingForToken.test(challenge);
    if (!used || !isRefused || request.bodyUsed || Object(init?.body).getReader) return response;
    await renew(used);
    const next = session.grant();
    return next !== used && next?.user.id === used.user.id ? send(next) : response;
  };
