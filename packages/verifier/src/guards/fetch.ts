import type { Accepted } from "../verdict.ts";
import { createRequestJudge, type Guardian, type GuardOptions } from "./authenticateRequest.ts";
import { authenticateFetchRequest } from "./fetchRequest.ts";
import { type Answer, answerFault } from "./reject.ts";

export type { Guardian, GuardOptions } from "./authenticateRequest.ts";

/** Resolves to the accepted token, or to the `Response` that refuses the request. Never rejects. */
export type FetchGuard = (request: Request) => Promise<Accepted | Response>;

/** The same where a token is optional: a request without one is `"anonymous"`. */
export type OptionalFetchGuard = (request: Request) => Promise<Accepted | "anonymous" | Response>;

/** A guard for functions from `Request` to `Response`, of any runtime. A fault of ours answers 500: an exception never lets a request pass. */
export function fetchGuard(verifier: Guardian, options: GuardOptions & { readonly optional: true }): OptionalFetchGuard;
export function fetchGuard(verifier: Guardian, options?: GuardOptions & { readonly optional?: false }): FetchGuard;
export function fetchGuard(verifier: Guardian, options: GuardOptions = {}): OptionalFetchGuard {
  const authenticate = createRequestJudge(verifier, options);
  return async (request) => {
    try {
      const outcome = await authenticateFetchRequest(request, authenticate);
      return outcome.passes ? (outcome.auth ?? "anonymous") : responseOf(outcome.answer);
    } catch {
      return responseOf(answerFault());
    }
  };
}

const responseOf = ({ status, headers, body }: Answer): Response => new Response(body, { status, headers });
