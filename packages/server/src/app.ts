import type { Verdict } from "@cardea/verifier/judge";
import type { Journal } from "./audit/journal.ts";
import { accountRoutes } from "./http/accountRoutes.ts";
import { type Authenticate, createAuthenticate } from "./http/authenticate.ts";
import { personCaller, serviceCaller } from "./http/callers.ts";
import type { AddressSource } from "./http/clientAddress.ts";
import { cookieNames } from "./http/cookies.ts";
import { emailRoutes } from "./http/emailRoutes.ts";
import { type ClearableData, createEndings } from "./http/endings.ts";
import { feedRoutes } from "./http/feedRoutes.ts";
import type { FeedSettings } from "./http/feedStream.ts";
import type { Flows } from "./http/flows.ts";
import { healthRoutes } from "./http/healthRoutes.ts";
import type { HostedSettings } from "./http/hosted/hostedParts.ts";
import { hostedRoutes } from "./http/hosted/hostedRoutes.ts";
import { introspectRoutes } from "./http/introspectRoutes.ts";
import { metadataRoutes } from "./http/metadataRoutes.ts";
import { withOpenApiRoute } from "./http/openApiRoutes.ts";
import { passwordRoutes } from "./http/passwordRoutes.ts";
import { revocationRoutes } from "./http/revocationRoutes.ts";
import { revokeRoutes } from "./http/revokeRoutes.ts";
import type { Callers, Route } from "./http/route.ts";
import { type Serve, type Serving, serveRoutes } from "./http/serveRoutes.ts";
import { sessionRoutes } from "./http/sessionRoutes.ts";
import { signInRoutes } from "./http/signInRoutes.ts";
import type { KeyRing } from "./keys/keyRing.ts";
import type { Services } from "./people/services.ts";
import type { Feed } from "./revoke/feed.ts";
import type { Revocations } from "./revoke/revocations.ts";
import type { Verifiers } from "./revoke/verifiers.ts";
import { randomToken, type World } from "./world.ts";

/** The rooms that the routes lead to, and what the configuration says about the HTTP face. */
export type AppParts = {
  /** The issuer exactly as tokens name it. */
  readonly issuer: string;
  readonly version: string;
  readonly flows: Flows;
  /** Judges an access token; `fresh` asks the store, whatever the mode. */
  readonly check: (token: string, options?: { readonly fresh?: boolean }) => Promise<Verdict>;
  readonly services: Pick<Services, "authenticate">;
  readonly keys: Pick<KeyRing, "jwks" | "jwksMaxAgeSeconds">;
  readonly feed: Feed;
  readonly feedSettings: FeedSettings;
  readonly verifiers: Verifiers;
  readonly revocations: Revocations;
  /** Whether the store answers. */
  readonly isReady: () => Promise<boolean>;
  readonly clientAddress: (source: AddressSource) => string | undefined;
  readonly http: HttpSettings;
  /** Routes that the configuration adds, such as those of the development inbox. */
  readonly extraRoutes?: readonly Route[];
  /** The hosted pages; undefined for none. */
  readonly pages?: HostedSettings | undefined;
  readonly development: boolean;
  readonly world: World;
  readonly journal: Pick<Journal, "refused">;
};

/** The options of the HTTP face, checked. */
export type HttpSettings = {
  /** Further origins whose pages may call with credentials. */
  readonly origins: readonly string[];
  readonly cookies: { readonly name: string; readonly clearSiteData: readonly ClearableData[] };
  /** How long ago who changes an address or deletes an account may have proven who they are, in milliseconds. */
  readonly stepUp: number;
};

/** The whole HTTP face as a function: a request in, an answer out, never an exception. */
export type App = {
  readonly routes: readonly Route[];
  /** The hosted pages, which are for people and in no document for programs. */
  readonly pages: readonly Route[];
  readonly fetch: Serve;
  /** The person behind a request to a route of the application's own. */
  readonly authenticate: Authenticate;
};

/** The route table, in one place: who may call what with which body stands in each row. */
export function createApp(parts: AppParts): App {
  const { issuer, version, flows, check, keys, feed, isReady, http, world, journal } = parts;
  const { origin, pathname, protocol } = new URL(issuer);
  const { now } = world;
  const { refused } = journal;
  const cookies = cookieNames(http.cookies.name);
  const endings = createEndings({ feed, cookies, clearSiteData: http.cookies.clearSiteData });
  const freshSeconds = http.stepUp / 1000;
  const table: readonly Route[] = [
    ...signInRoutes({ flows, cookies, endings, refused, now }),
    ...accountRoutes({ flows, endings, freshSeconds, now }),
    ...sessionRoutes({ flows, endings }),
    ...passwordRoutes({ flows, cookies, now }),
    ...emailRoutes({ flows, freshSeconds }),
    ...introspectRoutes({ check: (token) => check(token, { fresh: true }) }),
    ...feedRoutes({ feed, verifiers: parts.verifiers, settings: parts.feedSettings }),
    ...revocationRoutes({ revocations: parts.revocations }),
    ...revokeRoutes({ flows, endings }),
    ...metadataRoutes({ keys, issuer }),
    ...healthRoutes({ isReady }),
    ...(parts.extraRoutes ?? []),
  ];
  const routes = withOpenApiRoute(table, { issuer, version, cookies });
  const person = { ...parts, cookies, now, refused };
  const callers: Callers = {
    public: async () => undefined,
    bearer: (input, { fresh }) => personCaller(input, { maxAgeSeconds: fresh }, person),
    service: (input, { scope }) => serviceCaller(input, scope, { services: parts.services, refused }),
  };
  const base = pathname === "/" ? "" : pathname;
  const origins = { own: origin, listed: new Set(http.origins) };
  const { pages: settings, revocations } = parts;
  const shared = { flows, cookies, endings, refused, now, world, freshSeconds, origins };
  const pages = settings
    ? hostedRoutes({ ...shared, base: `${base}/pages`, settings, pull: feed.pull, effect: revocations.effect })
    : [];
  const serving: Serving = {
    base,
    callers,
    cookies,
    origins,
    isSecure: protocol === "https:",
    clientAddress: parts.clientAddress,
    newRequestId: () => randomToken(world, 12),
    refused,
  };
  const fetch = serveRoutes([...routes, ...pages], serving);
  return { routes, pages, fetch, authenticate: createAuthenticate(person, serving) };
}
