import { formatPosition } from "@cardea/verifier/wire";
import type { Feed } from "../revoke/feed.ts";
import { type CookieNames, carriesCookie, cookie } from "./cookies.ts";

/** What browsers may be told to forget at sign-out (Clear-Site-Data). */
export type ClearableData = "cache" | "cookies" | "storage";

/** What answers say when sessions end. */
export type Endings = {
  /** `Revocation-Position`: how far the log has come, so that a verifier that is shown it can wait for it. */
  readonly ended: () => Headers;
  /** The same for a caller whose own session is over: a browser forgets our cookies, if it sent any, and what `clearSiteData` lists. */
  readonly signedOut: (request: Request) => Headers;
  /** The cookies alone, for a browser whose session turned out to be over. */
  readonly forgotten: (request: Request) => Headers;
};

/** Answers to endings, over the feed and the names of the cookies. */
export function createEndings({
  feed,
  cookies,
  clearSiteData,
}: {
  readonly feed: Feed;
  readonly cookies: CookieNames;
  readonly clearSiteData: readonly ClearableData[];
}): Endings {
  const ended = (): Headers => {
    const headers = new Headers();
    if (feed.view.epoch !== undefined) {
      headers.set("Revocation-Position", formatPosition(feed.view.epoch, feed.view.position));
    }
    return headers;
  };
  const forgetCookies = (headers: Headers, request: Request): Headers => {
    if (!carriesCookie(request, cookies)) return headers;
    for (const use of ["access", "refresh"] as const) {
      headers.append("Set-Cookie", cookie(cookies, use, { value: "", lifeSeconds: 0 }));
    }
    return headers;
  };
  return {
    ended,
    signedOut: (request) => {
      const headers = forgetCookies(ended(), request);
      if (clearSiteData.length > 0) {
        headers.set("Clear-Site-Data", clearSiteData.map((kind) => `"${kind}"`).join(", "));
      }
      return headers;
    },
    forgotten: (request) => forgetCookies(new Headers(), request),
  };
}
