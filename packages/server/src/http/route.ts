import type { z } from "zod";
import type { Service } from "../store/ports.ts";
import type { BearerCaller } from "./callers.ts";
import { readForm, readJson } from "./read.ts";

/** Who may call: anyone, a person with an access token, or a service with its credentials. */
export type Guard = "public" | "bearer" | "service";

/** A row of the route table. `path` is relative to the issuer unless `atRoot`. */
export type Route = {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly guard: Guard;
  /** The body that is accepted: fields of JSON or of a form, or none (a body is then ignored). */
  readonly body: z.ZodType | undefined;
  readonly atRoot: boolean;
  readonly handle: (request: RoutedRequest, callers: Callers) => Promise<Response>;
};

/** A request with the parameters of its path. */
export type RoutedRequest = { readonly request: Request; readonly parameter: (name: string) => string };

/** How a guard finds its caller; each throws `HttpProblem` when there is none. */
export type Callers = {
  readonly bearer: (request: Request) => Promise<BearerCaller>;
  readonly service: (request: Request) => Promise<Service>;
};

type Shape = Pick<Route, "method" | "path"> & { readonly atRoot?: boolean };

/** Without credentials and body. */
export const publicRoute = (shape: Shape, handle: (input: RoutedRequest) => Promise<Response>): Route => ({
  ...defaults,
  ...shape,
  guard: "public",
  handle,
});

/** Without credentials, with a JSON body of the schema's form. */
export const publicJsonRoute = <T>(
  shape: Shape & { readonly body: z.ZodType<T> },
  handle: (input: RoutedRequest & { readonly body: T }) => Promise<Response>,
): Route => ({
  ...defaults,
  ...shape,
  guard: "public",
  handle: async (input) => handle({ ...input, body: await readJson(input.request, shape.body) }),
});

/** For a person with an access token. */
export const bearerRoute = (
  shape: Shape,
  handle: (input: RoutedRequest & { readonly caller: BearerCaller }) => Promise<Response>,
): Route => ({
  ...defaults,
  ...shape,
  guard: "bearer",
  handle: async (input, callers) => handle({ ...input, caller: await callers.bearer(input.request) }),
});

/** For a service with its credentials. */
export const serviceRoute = (
  shape: Shape,
  handle: (input: RoutedRequest & { readonly caller: Service }) => Promise<Response>,
): Route => ({
  ...defaults,
  ...shape,
  guard: "service",
  handle: async (input, callers) => handle({ ...input, caller: await callers.service(input.request) }),
});

/** For a service with its credentials, with a form body: the style of OAuth's endpoints. */
export const serviceFormRoute = <T>(
  shape: Shape & { readonly body: z.ZodType<T> },
  handle: (input: RoutedRequest & { readonly caller: Service; readonly body: T }) => Promise<Response>,
): Route => ({
  ...defaults,
  ...shape,
  guard: "service",
  handle: async (input, callers) => {
    const caller = await callers.service(input.request);
    return handle({ ...input, caller, body: await readForm(input.request, shape.body) });
  },
});

const defaults = { body: undefined, atRoot: false } as const;
