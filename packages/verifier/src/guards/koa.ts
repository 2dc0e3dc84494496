import type { Accepted } from "../verdict.ts";
import { createRequestJudge, type Guardian, type GuardOptions } from "./authenticateRequest.ts";
import { authenticateNodeRequest, type NodeRequest } from "./nodeRequest.ts";

export type { Guardian, GuardOptions } from "./authenticateRequest.ts";

/** For `new Koa<KoaAuth>()`: types `context.state.auth`, which is undefined without a guard, or where a token is optional. */
export type KoaAuth = { auth?: Accepted | undefined };

/** As much of Koa's context as a guard needs. */
export type KoaContext = {
  readonly req: NodeRequest;
  readonly state: KoaAuth;
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
};

/** Middleware for Koa: sets `context.state.auth` and goes on, or answers the request itself. */
export type KoaGuard = (context: KoaContext, next: () => Promise<unknown>) => Promise<void>;

/** A guard for Koa. A fault of ours is thrown, which Koa answers with 500: an exception never lets a request pass. */
export function koaGuard(verifier: Guardian, options?: GuardOptions): KoaGuard {
  const authenticate = createRequestJudge(verifier, options);
  return async (context, next) => {
    context.state.auth = undefined;
    const outcome = await authenticateNodeRequest(context.req, authenticate);
    if (outcome.passes) {
      context.state.auth = outcome.auth;
      await next();
      return;
    }
    const { status, headers, body } = outcome.answer;
    context.status = status;
    context.set({ ...headers });
    context.body = body;
  };
}
