import type { TrustedOrigins } from "../originCheck.ts";
import { pageHeaders } from "../pageAnswer.ts";
import type { HostedParts } from "./hostedParts.ts";
import { type Notice, writtenNotice } from "./notice.ts";
import { pageCookie } from "./pageCookies.ts";

/** What a page answers: something to look at, or where to go on. A form that did not fit is shown again, with 422. */
export type Reply = Shown | Sent | File;

/** A file to keep, and what it is called there. */
export type File = { readonly file: string; readonly name: string; readonly type: string };

/** A whole document, with further headers. */
export type Shown = { readonly html: string; readonly status?: number; readonly headers?: Headers };

/** Another address: a path below the pages when it begins with a slash and `to` is a page, or a target that was found safe. */
export type Sent = { readonly to: string; readonly notice?: Notice | undefined; readonly headers?: Headers };

/** The answer for a reply; `cookies` are set beside it. */
export function respondPage(
  reply: Reply,
  cookies: Headers,
  { cookies: names, origins, settings }: HostedParts,
): Response {
  const { status, text, fields } = contentOf(reply, policyOf(origins, settings));
  const response = new Response(text, { status, headers: fields });
  for (const given of [cookies, "headers" in reply ? reply.headers : undefined]) add(response.headers, given);
  if ("to" in reply && reply.notice) {
    const value = writtenNotice(reply.notice);
    response.headers.append("Set-Cookie", pageCookie(names, "notice", { value, lifeSeconds: noticeSeconds }));
  }
  return response;
}

type Content = {
  readonly status: number;
  readonly text: string | null;
  readonly fields: Readonly<Record<string, string>>;
};

function contentOf(reply: Reply, policy: string): Content {
  const still = pageHeaders("default-src 'none'");
  if ("to" in reply) return { status: 303, text: null, fields: { ...still, Location: asciiOf(reply.to) } };
  if ("file" in reply) {
    const fields = { "Content-Type": reply.type, "Content-Disposition": `attachment; filename="${reply.name}"` };
    return { status: 200, text: reply.file, fields: { ...still, ...fields } };
  }
  // A page that has a form must not say `no-referrer`: then browsers hide the origin of its post, too. Of its address this
  // policy hands on nothing either, and the token of a link stands behind the origin.
  const fields = { "Content-Type": "text/html; charset=utf-8", "Referrer-Policy": "strict-origin" };
  return { status: reply.status ?? 200, text: reply.html, fields: { ...pageHeaders(policy), ...fields } };
}

const noticeSeconds = 60;

/** A URL that a parser has written is ASCII already. */
const asciiOf = (address: string): string => address.replace(/[^\x21-\x7e]/g, encodeURIComponent);

function add(headers: Headers, given: Headers | undefined): void {
  if (!given) return;
  for (const [name, value] of given) if (name !== "set-cookie") headers.set(name, value);
  for (const cookie of given.getSetCookie()) headers.append("Set-Cookie", cookie);
}

/** Browsers hold `form-action` against the redirect behind a post, too, so it names where somebody may return to. */
const policyOf = ({ listed }: TrustedOrigins, { theme }: HostedParts["settings"]): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    ...(theme.logo === undefined ? [] : [theme.logo.startsWith("data:") ? "img-src data:" : "img-src 'self'"]),
    ["form-action 'self'", ...listed].join(" "),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
