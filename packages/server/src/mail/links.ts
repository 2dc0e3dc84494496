import { ConfigurationError } from "../refusal.ts";
import type { LinkPurpose } from "../store/ports.ts";

/** Pages of the application, as URLs. */
export type LinkPages = {
  /** Confirms an address after sign-up. */
  readonly verify?: string | undefined;
  /** Takes a new password. */
  readonly reset?: string | undefined;
  /** Confirms a new address. */
  readonly changeEmail?: string | undefined;
  /** Where people sign in. */
  readonly home?: string | undefined;
};

/** The hosted pages below the issuer, where links lead when the application has none of its own. */
export const linkPaths = {
  verify_email: "/pages/verify",
  reset_password: "/pages/reset",
  change_email: "/pages/change-email",
} as const satisfies Readonly<Record<LinkPurpose, string>>;

/** Where people sign in, when the application has no page for it. */
const homePath = "/pages/sign-in";

/** Where mails lead. Everything comes from the configuration, nothing from a request: a forged `Host` has no way in. */
export type Links = {
  /**
   * The one-time link for a token. For a page of the application the token stands in the fragment, so it is in no request, no
   * server's log and no `Referer` (RFC 9110 10.1.3). The hosted pages work without a script, so theirs is in the query.
   */
  readonly linkUrl: (purpose: LinkPurpose, token: string) => string;
  readonly home: string;
};

/**
 * Links for mails. A page is given as `https://app.example.com/reset`, which gets `#token=…` at its end, or, for pages that
 * route by fragment, with `{token}` in its fragment. Default: the hosted pages below the issuer. Throws
 * `ConfigurationError` for a page of an origin that is neither the issuer's nor in `allowedOrigins`.
 */
export function createLinks({
  issuer,
  pages = {},
  allowedOrigins = [],
}: {
  readonly issuer: string;
  readonly pages?: LinkPages | undefined;
  readonly allowedOrigins?: readonly string[];
}): Links {
  const { origin } = new URL(issuer);
  const allowed = [origin, ...allowedOrigins];
  const checked = (name: keyof LinkPages, url: string): string => {
    const fault = (name === "home" ? undefined : linkPageFault(url)) ?? pageFault(url, allowed);
    if (fault !== undefined) throw new ConfigurationError(`mail.links.${name}: ${fault}`);
    return url;
  };
  const template = (name: keyof LinkPages, purpose: LinkPurpose): string => {
    const page = pages[name];
    return page === undefined ? `${issuer}${linkPaths[purpose]}?token=${placeholder}` : withToken(checked(name, page));
  };
  const templates: Readonly<Record<LinkPurpose, string>> = {
    verify_email: template("verify", "verify_email"),
    reset_password: template("reset", "reset_password"),
    change_email: template("changeEmail", "change_email"),
  };
  return {
    // A function as replacement, since a text would have its own meaning for `$&`.
    linkUrl: (purpose, token) => templates[purpose].replace(placeholder, () => encodeURIComponent(token)),
    home: pages.home === undefined ? issuer + homePath : checked("home", pages.home),
  };
}

/** What is wrong with a page that takes a token, if anything is. */
export function linkPageFault(page: string): string | undefined {
  const [before, fragment] = halves(page);
  if (before.includes(placeholder) || page.split(placeholder).length > 2) {
    return `Write ${placeholder} once, and behind the #: what stands before it reaches servers and their logs.`;
  }
  if (fragment && !fragment.includes(placeholder)) {
    return `Write ${placeholder} where the token belongs, or leave out the fragment.`;
  }
  return pageFault(page);
}

/** What is wrong with a page that mails lead to, if anything is; its origin is looked at if `allowedOrigins` are given. */
export function pageFault(page: string, allowedOrigins?: readonly string[]): string | undefined {
  if (!URL.canParse(page)) return "This is not a URL. Example: https://app.example.com/reset";
  const { protocol, hostname, origin, username, password } = new URL(page);
  if (username || password) return "Leave out the credentials.";
  if (protocol !== "https:" && !(protocol === "http:" && isLoopback(hostname))) {
    return "Use https: over http anybody on the way can change the page. (http is allowed on localhost.)";
  }
  if (allowedOrigins && !allowedOrigins.includes(origin)) {
    return `${origin} is not an origin of this application. Known: ${allowedOrigins.join(", ")}.`;
  }
  return undefined;
}

const placeholder = "{token}";

const withToken = (page: string): string =>
  page.includes(placeholder) ? page : `${halves(page)[0]}#token=${placeholder}`;

function halves(page: string): readonly [string, string | undefined] {
  const at = page.indexOf("#");
  return at === -1 ? [page, undefined] : [page.slice(0, at), page.slice(at + 1)];
}

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
