import type { Demands } from "./demands.ts";
import type { Duration } from "./duration.ts";
import type { Explanation } from "./explanation.ts";
import { bounded, oneOf, type WhenStale } from "./options.ts";
import { refuseUnknownOptions } from "./refuseUnknownOptions.ts";
import type { Verdict } from "./verdict.ts";

/** What a route asks of a token, beyond that it is good. */
export type RouteOptions = {
  /** Scopes that the token must have, all of them. */
  readonly scopes?: readonly string[];
  /** Roles of which the token must name at least one. */
  readonly roles?: readonly string[];
  /** How long ago the person may have proven who they are, by `auth_time`; the challenge of RFC 9470 says so. */
  readonly maxAge?: Duration;
  /** Asks the issuer about every token that is good so far; needs `credentials`. For the few actions that are worth a request. */
  readonly fresh?: boolean;
  /** Overrides `revocation.whenStale` for this route. */
  readonly whenStale?: WhenStale;
};

/** Judges the tokens of one route. */
export type Route = {
  /** The verdict from what is in memory: synchronous, no request is made for it. Never throws for a bad token. */
  readonly verify: (token: string) => Verdict;
  /**
   * Like `verify`; for an unknown key the JWKS is fetched once more, and the issuer is asked where the options say so. With the
   * `Revocation-Position` that an issuer answered, it waits up to 250 ms for a view that is behind that; any other text has no effect.
   */
  readonly authenticate: (token: string, shown?: { readonly position?: string | undefined }) => Promise<Verdict>;
  /** The checks of `verify`, each with its reason, look-up and cost. */
  readonly explain: (token: string) => Explanation;
  readonly challenge: Challenge;
};

/** What the `WWW-Authenticate` of a refusal tells (RFC 6750 section 3, RFC 9470 section 3). */
export type Challenge = {
  readonly realm: string;
  readonly scope?: string;
  readonly maxAgeSeconds?: number;
};

/** `RouteOptions` with every default filled in. */
export type RouteRules = Demands & { readonly fresh: boolean; readonly whenStale: WhenStale | undefined };

/** Checks a route's options. Throws a TypeError that says what to do. `canAsk`: whether the verifier has credentials to ask the issuer with. */
export function readRoute(options: RouteOptions, { canAsk }: { readonly canAsk: boolean }): RouteRules {
  refuseUnknownOptions("route", options, ["scopes", "roles", "maxAge", "fresh", "whenStale"]);
  const { scopes, roles, maxAge, fresh = false, whenStale } = options;
  assertNames("scopes", scopes, scopeToken);
  assertNames("roles", roles, anyText);
  if (typeof fresh !== "boolean") throw new TypeError("route: fresh must be true or false");
  if (whenStale !== undefined) oneOf("route: whenStale", whenStale, ["deny", "introspect", "allow"]);
  if (!canAsk && (fresh || whenStale === "introspect")) {
    throw new TypeError("route: to ask the issuer the verifier needs credentials { id, secret }");
  }
  const maxAgeMs = maxAge === undefined ? undefined : bounded("route: maxAge", maxAge, 1000, 365 * 86_400_000);
  return {
    scopes: [...(scopes ?? [])],
    roles: [...(roles ?? [])],
    maxAgeSeconds: maxAgeMs === undefined ? undefined : Math.floor(maxAgeMs / 1000),
    fresh,
    whenStale,
  };
}

/** The challenge of a route: what a token must have to pass. */
export const challengeOf = (realm: string, { scopes, maxAgeSeconds }: Demands): Challenge => ({
  realm,
  ...(scopes.length > 0 && { scope: scopes.join(" ") }),
  ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
});

/** A list of nothing would look like a safeguard and be none. */
function assertNames(option: string, names: readonly string[] | undefined, form: RegExp): void {
  if (names === undefined) return;
  const good = Array.isArray(names) && names.every((name) => typeof name === "string" && form.test(name));
  if (!good || names.length === 0) {
    throw new TypeError(`route: ${option} must be a list of at least one name, such as ["read"]`);
  }
}

/** `scope-token` of RFC 6749 section 3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const anyText = /./;
