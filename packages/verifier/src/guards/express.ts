import type { IncomingMessage, ServerResponse } from "node:http";
import { authenticateRequest, type GuardOptions, type GuardParts } from "./authenticateRequest.ts";
import { reject } from "./reject.ts";

/** Middleware for Express 4 and 5 and for Connect: sets `request.auth` and calls `next`, or answers the request itself. */
export type ExpressGuard = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (fault?: unknown) => void,
) => void;

/**
 * A guard for Express. A fault of ours goes to the application's error handler: an exception never lets a request pass. What
 * was thrown is wrapped unless it is an Error, since `next(undefined)` and `next("route")` would let the request pass.
 */
export function createExpressGuard({ authenticate, realm }: GuardParts, options: GuardOptions): ExpressGuard {
  return (request, response, next) => {
    const judged = authenticateRequest(request, authenticate, options).then((verdict) => {
      if (verdict.ok) return true;
      reject(response, verdict.refusal, realm);
      return false;
    });
    void judged.then(
      (passes) => {
        if (passes) next();
      },
      (fault: unknown) =>
        next(fault instanceof Error ? fault : new Error("verifier: the guard failed", { cause: fault })),
    );
  };
}
