import type { Accepted } from "../verdict.ts";
import { createRequestJudge, type Guardian, type GuardOptions } from "./authenticateRequest.ts";
import { authenticateFetchRequest } from "./fetchRequest.ts";

export type { Guardian, GuardOptions } from "./authenticateRequest.ts";

/** For `new Hono<HonoAuth>()`: types `context.get("auth")`, which is undefined without a guard, or where a token is optional. */
export type HonoAuth = { Variables: { auth: Accepted | undefined } };

/** As much of Hono's context as a guard needs. */
export type HonoContext = {
  readonly req: { readonly raw: Request };
  set(name: "auth", auth: Accepted | undefined): void;
};

/** Middleware for Hono: sets `auth` in the context and goes on, or answers the request itself. */
export type HonoGuard = (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined>;

/** A guard for Hono. A fault of ours goes to `app.onError`: an exception never lets a request pass. */
export function honoGuard(verifier: Guardian, options?: GuardOptions): HonoGuard {
  const authenticate = createRequestJudge(verifier, options);
  return async (context, next) => {
    context.set("auth", undefined);
    const outcome = await authenticateFetchRequest(context.req.raw, authenticate);
    if (!outcome.passes) {
      const { status, headers, body } = outcome.answer;
      return new Response(body, { status, headers });
    }
    context.set("auth", outcome.auth);
    await next();
    return undefined;
  };
}
