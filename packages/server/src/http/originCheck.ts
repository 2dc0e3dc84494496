import { HttpProblem } from "./problem.ts";

/** What a request that changes something says of the page behind it: a page of a trusted origin, or no browser at all. */
export type Provenance = "trusted" | "no-browser";

/** Origins that may call from a browser: the issuer's own, and those that the configuration lists, each exactly as a browser writes it. */
export type TrustedOrigins = { readonly own: string; readonly listed: ReadonlySet<string> };

/** Why a request is taken for a forged one. */
export type CsrfReason = "foreign_origin" | "cross_site" | "no_page" | "cookie_without_origin";

/**
 * The check against cross-site request forgery. Browsers say by themselves where a request comes from, and no page can change it:
 * an `Origin`, if there is one, must be trusted; `Sec-Fetch-Site` must be `same-origin`, or the origin one of the list. A request
 * with neither is from no browser of the last years, which is believed only as long as it carries no cookie of ours, since
 * whoever forges a request lives on those. Throws `HttpProblem`, and tells `refused` why.
 */
export function checkOrigin(
  { headers }: Request,
  { own, listed }: TrustedOrigins,
  { carriesCookie, refused }: { readonly carriesCookie: boolean; readonly refused: (reason: CsrfReason) => void },
): Provenance {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  const refuse = (reason: CsrfReason): HttpProblem => {
    refused(reason);
    return csrfProblem(reason);
  };
  if (origin !== null && origin !== own && !listed.has(origin)) throw refuse("foreign_origin");
  if (site === "cross-site" || site === "same-site") {
    if (origin === null || !listed.has(origin)) throw refuse("cross_site");
  } else if (site !== null && site !== "same-origin") throw refuse("no_page");
  if (site !== null || origin !== null) return "trusted";
  if (carriesCookie) throw refuse("cookie_without_origin");
  return "no-browser";
}

/** 403 for a request that may be forged; each text says what would make it pass. */
export const csrfProblem = (reason: CsrfReason): HttpProblem =>
  new HttpProblem("csrf_refused", { detail: csrfAdvice[reason] });

const csrfAdvice: Readonly<Record<CsrfReason, string>> = {
  foreign_origin: "The page's origin is neither the issuer's own nor in the option `origins`.",
  cross_site: "The request comes from another site. If it is yours, list its origin in the option `origins`.",
  no_page: "A browser sent this without a page behind it.",
  cookie_without_origin: "With a cookie, send Sec-Fetch-Site or Origin, as browsers do.",
};
