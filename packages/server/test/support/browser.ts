import type { Answer, Issuer, Json } from "./issuer.ts";

/** A browser as far as an issuer can tell: it keeps cookies, sends them along, and says which page a request comes from. */
export type Browser = {
  /** Cookies by name, as they were set and not removed. */
  readonly cookies: Map<string, string>;
  readonly send: (path: string, init?: RequestInit) => Promise<Answer>;
  readonly post: (path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  readonly get: (path: string) => Promise<Answer>;
};

/** Headers by which browsers say that a page of an origin sent a request to an issuer. */
export const fromPage = (origin: string, site: string): Readonly<Record<string, string>> => ({
  origin,
  "sec-fetch-site": site,
});

/** A browser on a page of the issuer's own origin. */
export function openBrowser({ url, send: sendTo }: Pick<Issuer, "url" | "send">): Browser {
  const cookies = new Map<string, string>();
  const own = fromPage(new URL(url).origin, "same-origin");
  const send = async (path: string, { headers, ...init }: RequestInit = {}): Promise<Answer> => {
    const sent = new Headers({ ...own, ...(headers as Record<string, string> | undefined) });
    if (cookies.size > 0) sent.set("cookie", [...cookies].map((pair) => pair.join("=")).join("; "));
    const answer = await sendTo(path, { ...init, headers: sent });
    for (const cookie of answer.headers.getSetCookie()) keep(cookie);
    return answer;
  };
  const keep = (cookie: string): void => {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (/; Max-Age=0(?:;|$)/.test(cookie)) cookies.delete(name);
    else cookies.set(name, value);
  };
  return {
    cookies,
    send,
    get: (path) => send(path),
    post: (path, body, headers = {}) =>
      send(path, {
        method: "POST",
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** Somebody signed in with cookies. */
export type CookiePerson = {
  readonly email: string;
  readonly password: string;
  readonly browser: Browser;
  readonly signedIn: Json;
};

let people = 0;

/** Signs a new person up, and in with a browser. */
export async function newCookiePerson(issuer: Pick<Issuer, "url" | "send" | "post">): Promise<CookiePerson> {
  const credentials = { email: `visitor${people++}@example.com`, password: "a phrase of several words" };
  await issuer.post("/sign-up", credentials);
  const browser = openBrowser(issuer);
  const { body } = await browser.post("/sign-in", { ...credentials, transport: "cookie" });
  return { ...credentials, browser, signedIn: body };
}
