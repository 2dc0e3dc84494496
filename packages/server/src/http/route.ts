import type { ProblemCode } from "@cardea/verifier/wire";
import type { ServiceScope } from "../store/ports.ts";
import type { Answer } from "./answer.ts";
import type { Body } from "./body.ts";
import type { PersonCaller, ServiceCaller } from "./callers.ts";
import type { HttpProblem } from "./problem.ts";
import type { QueryParameters } from "./query.ts";
import { readBody } from "./read.ts";
import type { RoutedRequest } from "./routedRequest.ts";

/** Who may call: anyone, a person with an access token (in the header or in the cookie), or a service with its credentials. */
export type Guard = "public" | "bearer" | "service";

/**
 * What keeps other sites from sending a request through a visitor's browser. `safe`: it changes nothing. `same-origin`: a
 * browser may send it only from the issuer's own or a listed origin (see `originCheck`), signed in or not.
 */
export type CsrfClass = "safe" | "same-origin";

/** A row of the route table: all that is public about a route, and what answers it. `path` is relative to the issuer unless `atRoot`. */
export type Route = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly atRoot: boolean;
  /** The route's name in the OpenAPI document; it never changes. */
  readonly operationId: string;
  readonly summary: string;
  readonly guard: Guard;
  readonly csrf: CsrfClass;
  /** How many seconds ago the person may have proven who they are, at most (RFC 9470); undefined: any time. */
  readonly fresh: number | undefined;
  /** What a service must be allowed to; undefined where the guard is another one. */
  readonly scope: ServiceScope | undefined;
  /** What is accepted; with `none` a body is ignored. */
  readonly body: Body | "none";
  /** Parameters after the `?` that are read; any other is ignored. */
  readonly query: QueryParameters | undefined;
  readonly answers: readonly Answer[];
  /** Refusals of its own; `refusalsOf` adds those that follow from the row. */
  readonly refusals: readonly ProblemCode[];
  readonly handle: (request: RoutedRequest, callers: Callers) => Promise<Response>;
  /** How it says no, where that is not a problem document: a page says it to people. */
  readonly refuse?: (problem: HttpProblem, request: Pick<RoutedRequest, "request" | "context">) => Promise<Response>;
};

export type { RoutedRequest } from "./routedRequest.ts";

/** How a guard finds its caller; each throws `HttpProblem` when there is none. */
export type Callers = {
  readonly [G in Guard]: (input: RoutedRequest, demands: Pick<Route, "fresh" | "scope">) => Promise<Caller[G]>;
};

type Caller = { readonly public: undefined; readonly bearer: PersonCaller; readonly service: ServiceCaller };

type Shape<G extends Guard, T> = Pick<Route, "method" | "path" | "operationId" | "summary" | "csrf" | "answers"> &
  Partial<Pick<Route, "atRoot" | "fresh" | "query" | "refusals">> & {
    readonly guard: G;
    readonly scope?: G extends "service" ? ServiceScope : undefined;
    readonly body: Body<T> | "none";
  };

type Input<G extends Guard, T> = RoutedRequest & { readonly caller: Caller[G]; readonly body: T };

/** A row whose handler gets its caller and its body checked: credentials are looked at first, then the body is read. */
export const route = <G extends Guard, T = undefined>(
  shape: Shape<G, T>,
  handle: (input: Input<G, T>) => Promise<Response>,
): Route => {
  const described = row(shape);
  return {
    ...described,
    handle: async (input, callers) => {
      const caller = await callers[shape.guard](input, described);
      return handle({ ...input, caller, body: await readBody(input.request, shape.body) });
    },
  };
};

/** The public part of a row, for a handler that finds its caller by itself. */
export const row = <G extends Guard, T = undefined>(shape: Shape<G, T>): Omit<Route, "handle"> => ({
  atRoot: false,
  fresh: undefined,
  scope: undefined,
  query: undefined,
  refusals: [],
  ...shape,
});
