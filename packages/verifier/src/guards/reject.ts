import type { ServerResponse } from "node:http";
import { problemFor, type Refusal } from "../verdict.ts";
import { bearerChallenge, type ProblemCode, problemBody, problemMediaType, problems } from "../wire/problems.ts";

/** Answers a refused request by RFC 6750 and RFC 9457. The cause stays here: the client only learns the public code. */
export function reject(response: ServerResponse, refusal: Refusal, realm: string): void {
  answer(response, problemFor(refusal), realm);
}

/** Answers after a fault of ours: 500, and nothing of the fault in it. */
export function rejectFault(response: ServerResponse, realm: string): void {
  answer(response, "internal_error", realm);
}

function answer(response: ServerResponse, code: ProblemCode, realm: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status } = problems[code];
  response.statusCode = status;
  response.setHeader("Content-Type", problemMediaType);
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("X-Content-Type-Options", "nosniff");
  if (status < 500) response.setHeader("WWW-Authenticate", bearerChallenge(code, { realm }));
  if (status === 503) response.setHeader("Retry-After", "1");
  response.end(JSON.stringify(problemBody(code)));
}
