import { Hono } from "hono";
import type { Journal } from "../audit/journal.ts";
import { noRequest, type RequestContext, requestContext } from "../requestContext.ts";
import type { AddressSource } from "./clientAddress.ts";
import { type CookieNames, carriesCookie } from "./cookies.ts";
import { checkOrigin, type Provenance } from "./originCheck.ts";
import { isPreflight, type Policy, preflightHeaders, withPolicyHeaders } from "./policyHeaders.ts";
import { HttpProblem } from "./problem.ts";
import { problemOf, respondEmpty, respondProblem } from "./respond.ts";
import type { Callers, Route, RoutedRequest } from "./route.ts";

/** What the runtime knows of a request beside the request: the address at the other end of its connection. */
export type Connection = { readonly address?: string | undefined };

/** What it takes to serve a route table. */
export type Serving = Policy & {
  /** The issuer's path, without a slash at the end. */
  readonly base: string;
  readonly callers: Callers;
  readonly cookies: CookieNames;
  /** The client's address, as far as it can be trusted. */
  readonly clientAddress: (source: AddressSource) => string | undefined;
  /** A fresh identifier for each request: what a caller sends is not taken over. */
  readonly newRequestId: () => string;
  readonly refused: Journal["refused"];
};

/** Answers requests by the table; never throws. */
export type Serve = (request: Request, connection?: Connection) => Promise<Response>;

/** The table as one function. Order for each request: route, method, origin, credentials, body, handler. */
export function serveRoutes(routes: readonly Route[], serving: Serving): Serve {
  const hono = mount(routes, serving);
  return async (request, connection) => {
    const { response, requestId } = await answer(hono, request, { connection, serving });
    if (requestId !== undefined) response.headers.set("X-Request-Id", requestId);
    return withPolicyHeaders(response, request, serving);
  };
}

type Env = { readonly Bindings: { readonly context: RequestContext } };

/** Hono hands only instances of Error to its own handler; the others arrive here. */
async function answer(
  hono: Hono<Env>,
  request: Request,
  { connection, serving }: { readonly connection: Connection | undefined; readonly serving: Serving },
): Promise<{ readonly response: Response; readonly requestId: string | undefined }> {
  let context = noRequest;
  try {
    context = contextOf(request, connection, serving);
    return { response: await hono.fetch(request, { context }), requestId: context.requestId };
  } catch (error) {
    return { response: answerFault(error, context, serving), requestId: context.requestId };
  }
}

/** Where a request comes from. A framework around it may pass something else in the connection's place, so only a text counts as an address. */
export function contextOf(
  request: Request,
  connection: Connection | undefined,
  serving: Pick<Serving, "clientAddress" | "newRequestId">,
): RequestContext {
  const peer = typeof connection?.address === "string" ? connection.address : undefined;
  return requestContext({
    address: serving.clientAddress({ peer, forwardedFor: request.headers.get("x-forwarded-for") }),
    userAgent: request.headers.get("user-agent"),
    requestId: serving.newRequestId(),
  });
}

function mount(routes: readonly Route[], serving: Serving): Hono<Env> {
  const { base, callers, origins } = serving;
  const handled = async (route: Route, input: Omit<RoutedRequest, "provenance">): Promise<Response> => {
    try {
      return await route.handle({ ...input, provenance: provenanceOf(route, input, serving) }, callers);
    } catch (error) {
      if (!route.refuse) throw error;
      return route.refuse(toldProblem(error, input.context, serving), input);
    }
  };
  const hono = new Hono<Env>({ strict: true });
  for (const route of routes) {
    hono.on(route.method, fullPath(route, base), async ({ req, env: { context } }) => {
      const response = await handled(route, { request: req.raw, parameter: (name) => req.param(name) ?? "", context });
      // Hono answers HEAD by GET and drops the body; a stream that nobody reads must know that it is over.
      if (req.raw.method === "HEAD") await response.body?.cancel();
      return response;
    });
  }
  for (const [path, methods] of methodsByPath(routes, base)) {
    hono.all(path, ({ req }) =>
      isPreflight(req.raw, origins)
        ? respondEmpty(preflightHeaders(methods))
        : respondProblem(new HttpProblem("method_not_allowed", { headers: { Allow: methods.join(", ") } })),
    );
  }
  hono.notFound(() => respondProblem(new HttpProblem("not_found")));
  hono.onError((error, { env: { context } }) => answerFault(error, context, serving));
  return hono;
}

function provenanceOf(
  { csrf }: Route,
  { request, context }: Pick<RoutedRequest, "request" | "context">,
  serving: Serving,
): Provenance | "unchecked" {
  if (csrf === "safe") return "unchecked";
  return checkOrigin(request, serving.origins, {
    carriesCookie: carriesCookie(request, serving.cookies),
    refused: (reason) => serving.refused({ type: "csrf_refused", reason }, context),
  });
}

const answerFault = (error: unknown, context: RequestContext, serving: Serving): Response =>
  respondProblem(toldProblem(error, context, serving));

/** A refusal answers as itself; anything else is a fault: told to the log of events, and outside a plain 500, or a 503 for what may pass. */
function toldProblem(error: unknown, context: RequestContext, { refused }: Serving): HttpProblem {
  const problem = problemOf(error);
  const isFault = !(error instanceof HttpProblem) && problem.code !== "overloaded";
  if (isFault) refused({ type: "fault", where: "http", error }, context);
  return problem;
}

const fullPath = ({ path, atRoot }: Route, base: string): string => (atRoot ? path : base + path);

/** What each path answers to, in the `Allow` of RFC 9110 10.2.1. A literal path comes first and has the methods of `:id` beside it too. */
function methodsByPath(routes: readonly Route[], base: string): readonly (readonly [string, readonly string[]])[] {
  const rows = routes.map((route) => ({
    path: fullPath(route, base),
    methods: route.method === "GET" ? ["GET", "HEAD"] : [route.method],
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
