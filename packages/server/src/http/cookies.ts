import { serialize } from "hono/utils/cookie";
import { HttpProblem } from "./problem.ts";

/** What our cookies are for. */
export type CookieUse = "access" | "refresh" | "device";

/** The names of our cookies, made in one place. */
export type CookieNames = Readonly<Record<CookieUse, string>>;

/**
 * `__Host-` makes browsers keep a cookie only if it was set over a secure connection, by this host, for all of its paths (RFC
 * 6265bis 4.1.3.2), so that neither a sibling domain nor plain http can plant one. Two issuers on one host need two names.
 */
export const cookieNames = (name: string): CookieNames => ({
  access: `__Host-${name}-access`,
  refresh: `__Host-${name}-refresh`,
  device: `__Host-${name}-device`,
});

/**
 * The value of a cookie by its exact name: another case, another prefix or white space around it is another cookie. Undefined if
 * there is none. Throws `HttpProblem` for two of one name, since two readers could choose differently.
 */
export function readCookie({ headers }: Request, name: string): string | undefined {
  const start = `${name}=`;
  const [value, ...more] = pairsOf(headers).filter((pair) => pair.startsWith(start));
  if (more.length > 0) throw new HttpProblem("conflicting_credentials", { detail: "One cookie is there twice." });
  return value?.slice(start.length);
}

/** Whether a request carries any cookie of ours, readable or not. */
export const carriesCookie = ({ headers }: Request, names: CookieNames): boolean =>
  pairsOf(headers).some((pair) => Object.values(names).some((name) => pair.startsWith(`${name}=`)));

/** RFC 6265 5.4: pairs are joined by a semicolon and one space. Nothing else is trimmed: some readers turn ` __Host-x` into `__Host-x`. */
const pairsOf = (headers: Headers): readonly string[] => (headers.get("cookie") ?? "").split(/; ?/);

/** Browsers drop a cookie of more bytes than this without a word (RFC 6265bis 5.6: name and value together). */
export const maxCookieBytes = 4096;

/** Browsers cut a longer life to this, 400 days (RFC 6265bis 5.5). */
const maxAgeSeconds = 34_560_000;

/**
 * Access tokens travel `Lax`, so that who follows a link to the application arrives signed in; refresh tokens and the mark of a
 * known device `Strict`, since only the application's own pages have a use for them.
 */
const sameSite = { access: "Lax", refresh: "Strict", device: "Strict" } as const;

/** A `Set-Cookie` that scripts cannot read. Throws a TypeError if a browser would drop it. */
export function cookie(names: CookieNames, use: CookieUse, { value, lifeSeconds }: NewCookie): string {
  const name = names[use];
  const bytes = name.length + Buffer.byteLength(value);
  if (bytes > maxCookieBytes) {
    throw new TypeError(
      `The cookie ${name} would have ${bytes} bytes, and browsers drop it above ${maxCookieBytes}. Return fewer claims, use mode "stateful", or sign in with transport "bearer".`,
    );
  }
  const maxAge = Math.min(Math.max(0, Math.floor(lifeSeconds)), maxAgeSeconds);
  return serialize(name, value, { path: "/", secure: true, httpOnly: true, sameSite: sameSite[use], maxAge });
}

/** A cookie's value, and for how many seconds it is kept: 0 removes it. */
export type NewCookie = { readonly value: string; readonly lifeSeconds: number };
