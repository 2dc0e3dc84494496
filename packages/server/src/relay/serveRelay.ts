import { parseDuration } from "@cardea/verifier";
import type { Journal } from "../audit/journal.ts";
import { type KnowsServices, serviceCaller } from "../http/callers.ts";
import { cookieNames } from "../http/cookies.ts";
import { feedRoutes } from "../http/feedRoutes.ts";
import { healthRoutes } from "../http/healthRoutes.ts";
import { HttpProblem } from "../http/problem.ts";
import type { Callers, Route } from "../http/route.ts";
import { type Serve, serveRoutes } from "../http/serveRoutes.ts";
import type { Feed } from "../revoke/feed.ts";
import { longestAccessTtl } from "../revoke/revocation.ts";
import type { LogHead } from "../store/ports.ts";
import { randomToken, type World } from "../world.ts";
import type { Downstream } from "./downstream.ts";
import type { KeySetCache } from "./keySet.ts";
import { keySetRoute } from "./keySetRoute.ts";

/** What the routes of a relay lead to. */
export type RelayParts = {
  readonly issuer: URL;
  /** Over the relay's own copy of the log. */
  readonly feed: Feed;
  /** By a question to upstream that begins after the call. */
  readonly askHead: () => Promise<LogHead>;
  readonly downstream: Downstream;
  readonly services: KnowsServices;
  readonly keySet: Pick<KeySetCache, "read">;
  readonly isReady: () => Promise<boolean>;
  readonly world: World;
  readonly refused: Journal["refused"];
};

/** The route table of a relay, and the function that answers by it: the issuer's own routes for verifiers, below the same path. */
export function serveRelay(parts: RelayParts): { readonly routes: readonly Route[]; readonly fetch: Serve } {
  const { issuer, feed, askHead, downstream, services, keySet, isReady, world, refused } = parts;
  const { origin, pathname, protocol } = issuer;
  const settings = { heartbeatMs: 2000, maxTtlSeconds: parseDuration(longestAccessTtl) / 1000 };
  const routes: readonly Route[] = [
    // Whoever asks, and whatever it has seen: only upstream can say where the log stands now.
    ...feedRoutes({ feed: { ...feed, claimed: () => confirmed(askHead) }, verifiers: downstream, settings }),
    keySetRoute(keySet),
    ...healthRoutes({ isReady }),
  ];
  const callers: Callers = {
    public: async () => undefined,
    // There are no such routes in the table.
    bearer: async () => Promise.reject(new HttpProblem("missing_token")),
    service: (input, { scope }) => serviceCaller(input, scope, { services, refused }),
  };
  const fetch = serveRoutes(routes, {
    base: pathname === "/" ? "" : pathname,
    callers,
    cookies: cookieNames("cardea"),
    origins: { own: origin, listed: new Set() },
    isSecure: protocol === "https:",
    clientAddress: ({ peer }) => peer,
    newRequestId: () => randomToken(world, 12),
    refused,
  });
  return { routes, fetch };
}

/** Without a word from upstream nobody's lease is renewed: verifiers go stale by their own bound. */
const confirmed = (askHead: () => Promise<LogHead>): Promise<LogHead> =>
  askHead().catch(() => {
    throw new HttpProblem("temporarily_unavailable");
  });
