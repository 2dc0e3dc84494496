import { Hono } from "hono";
import type { EventSink } from "./event.ts";
import { accountRoutes } from "./http/accountRoutes.ts";
import { bearerCaller, serviceCaller } from "./http/callers.ts";
import type { FeedSettings } from "./http/feedStream.ts";
import { introspectRoutes } from "./http/introspectRoutes.ts";
import { metadataRoutes } from "./http/metadataRoutes.ts";
import { HttpProblem } from "./http/problem.ts";
import { problemOf, respondProblem } from "./http/respond.ts";
import { revocationRoutes } from "./http/revocationRoutes.ts";
import type { Callers, Route } from "./http/route.ts";
import { sessionRoutes } from "./http/sessionRoutes.ts";
import type { KeyRing } from "./keys/keyRing.ts";
import type { Accounts } from "./people/accounts.ts";
import type { Services } from "./people/services.ts";
import type { Feed } from "./revoke/feed.ts";
import type { Sessions } from "./session/session.ts";
import type { Store } from "./store/ports.ts";

/** The rooms that the routes lead to. */
export type AppParts = {
  /** The issuer exactly as tokens name it. */
  readonly issuer: string;
  readonly store: Store;
  readonly accounts: Accounts;
  readonly services: Services;
  readonly sessions: Sessions;
  readonly keys: KeyRing;
  readonly feed: Feed;
  readonly feedSettings: FeedSettings;
  readonly development: boolean;
  readonly onEvent: EventSink;
};

/** The whole HTTP face as a function: a request in, an answer out, never an exception. */
export type App = { readonly routes: readonly Route[]; readonly fetch: (request: Request) => Promise<Response> };

/** The route table, in one place: who may call what with which body stands in each row. */
export function createApp(parts: AppParts): App {
  const { store, sessions, keys, feed, feedSettings, issuer } = parts;
  const routes: readonly Route[] = [
    ...accountRoutes(parts),
    ...sessionRoutes({ sessions, accounts: store.accounts, feed }),
    ...introspectRoutes({ sessions }),
    ...revocationRoutes({ feed, settings: feedSettings }),
    ...metadataRoutes({ keys, issuer }),
  ];
  const hono = mount(routes, parts);
  const fetch = async (request: Request): Promise<Response> => {
    try {
      return await hono.fetch(request);
    } catch (error) {
      // Hono hands only instances of Error to its handler.
      return answerFault(error, parts.onEvent);
    }
  };
  return { routes, fetch };
}

function mount(routes: readonly Route[], parts: AppParts): Hono {
  const { pathname } = new URL(parts.issuer);
  const base = pathname === "/" ? "" : pathname;
  const callers: Callers = {
    bearer: (request) => bearerCaller(request, parts),
    service: (request) => serviceCaller(request, parts),
  };
  const hono = new Hono({ strict: true });
  for (const { method, path, atRoot, handle } of routes) {
    hono.on(method, atRoot ? path : base + path, async ({ req }) => {
      const response = await handle({ request: req.raw, parameter: (name) => req.param(name) ?? "" }, callers);
      // Hono answers HEAD by GET and drops the body; a stream that nobody reads must know that it is over.
      if (req.raw.method === "HEAD") await response.body?.cancel();
      return response;
    });
  }
  for (const [path, methods] of methodsByPath(routes, base)) {
    hono.all(path, () =>
      respondProblem(new HttpProblem("method_not_allowed", { headers: { Allow: methods.join(", ") } })),
    );
  }
  hono.notFound(() => respondProblem(new HttpProblem("not_found")));
  hono.onError((error) => answerFault(error, parts.onEvent));
  return hono;
}

/** A refusal answers as itself; anything else is a fault: told to the log of events, and outside a plain 500. */
function answerFault(error: unknown, onEvent: EventSink): Response {
  const problem = problemOf(error);
  if (problem.code === "internal_error") onEvent({ type: "fault", where: "http", error });
  return respondProblem(problem);
}

/** What each path answers to, in the `Allow` of RFC 9110 10.2.1. A literal path comes first and has the methods of `:id` beside it too. */
function methodsByPath(routes: readonly Route[], base: string): readonly (readonly [string, readonly string[]])[] {
  const rows = routes.map(({ method, path, atRoot }) => ({
    path: atRoot ? path : base + path,
    methods: method === "GET" ? [method, "HEAD"] : [method],
  }));
  const methodsOf = (path: string): string[] => rows.flatMap((row) => (covers(row.path, path) ? row.methods : []));
  const paths = [...new Set(rows.map(({ path }) => path))];
  return paths
    .toSorted((a, b) => Number(a.includes(":")) - Number(b.includes(":")))
    .map((path) => [path, methodsOf(path)]);
}

function covers(pattern: string, path: string): boolean {
  const steps = path.split("/");
  const expected = pattern.split("/");
  return steps.length === expected.length && expected.every((step, at) => step.startsWith(":") || step === steps[at]);
}
