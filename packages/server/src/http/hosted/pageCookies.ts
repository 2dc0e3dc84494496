import { serialize } from "hono/utils/cookie";
import type { CookieNames } from "../cookies.ts";

/** What pages remember beside the tokens: the language that somebody chose, and what has just been done. */
export type PageCookieUse = "language" | "notice";

/** The value of a cookie of the pages. One that is there twice is not there: it is worth no refusal. */
export function readPageCookie({ headers }: Request, names: CookieNames, use: PageCookieUse): string | undefined {
  const start = `${nameOf(names, use)}=`;
  const [value, ...more] = (headers.get("cookie") ?? "").split(/; ?/).filter((pair) => pair.startsWith(start));
  return more.length > 0 ? undefined : value?.slice(start.length);
}

/** The `Set-Cookie` of such a cookie; 0 seconds remove it. Links from elsewhere bring the language along, and no notice. */
export const pageCookie = (
  names: CookieNames,
  use: PageCookieUse,
  { value, lifeSeconds }: { readonly value: string; readonly lifeSeconds: number },
): string =>
  serialize(nameOf(names, use), value, {
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: use === "language" ? "Lax" : "Strict",
    maxAge: lifeSeconds,
  });

/** Beside the names of the tokens, with the same prefix, so that no sibling domain can plant one. */
const nameOf = ({ access }: CookieNames, use: PageCookieUse): string => access.replace(/access$/, use);
