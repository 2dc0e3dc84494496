import type { ServerResponse } from "node:http";
import { createRequestJudge, type Guardian, type GuardOptions } from "./authenticateRequest.ts";
import { authenticateNodeRequest, type NodeRequest, sendAnswer } from "./nodeRequest.ts";

export type { Guardian, GuardOptions } from "./authenticateRequest.ts";

/** Middleware for Express 4 and 5 and for Connect: sets `request.auth` and calls `next`, or answers the request itself. */
export type ExpressGuard = (request: NodeRequest, response: ServerResponse, next: (fault?: unknown) => void) => void;

/** A guard for Express. A fault of ours goes to the application's error handler: an exception never lets a request pass. */
export function expressGuard(verifier: Guardian, options?: GuardOptions): ExpressGuard {
  const authenticate = createRequestJudge(verifier, options);
  return (request, response, next) => {
    const passed = authenticateNodeRequest(request, authenticate).then((outcome) => {
      if (!outcome.passes) sendAnswer(response, outcome.answer);
      return outcome.passes;
    });
    void passed.then((passes) => {
      if (passes) next();
    }, next);
  };
}
