import type { ServerResponse } from "node:http";
import type { Accepted } from "../verdict.ts";
import { createRequestJudge, type Guardian, type GuardOptions } from "./authenticateRequest.ts";
import { authenticateNodeRequest, type NodeRequest, sendAnswer } from "./nodeRequest.ts";
import { answerFault } from "./reject.ts";

export type { Guardian, GuardOptions } from "./authenticateRequest.ts";

/** Resolves to the accepted token, also in `request.auth`; or answers the request itself and resolves to undefined. Never rejects. */
export type NodeGuard = (request: NodeRequest, response: ServerResponse) => Promise<Accepted | undefined>;

/** The same where a token is optional: a request without one is `"anonymous"`. */
export type OptionalNodeGuard = (
  request: NodeRequest,
  response: ServerResponse,
) => Promise<Accepted | "anonymous" | undefined>;

/** A guard for `node:http`. A fault of ours answers 500: an exception never lets a request pass. */
export function nodeGuard(verifier: Guardian, options: GuardOptions & { readonly optional: true }): OptionalNodeGuard;
export function nodeGuard(verifier: Guardian, options?: GuardOptions & { readonly optional?: false }): NodeGuard;
export function nodeGuard(verifier: Guardian, options: GuardOptions = {}): OptionalNodeGuard {
  const authenticate = createRequestJudge(verifier, options);
  return async (request, response) => {
    try {
      const outcome = await authenticateNodeRequest(request, authenticate);
      if (outcome.passes) return outcome.auth ?? "anonymous";
      sendAnswer(response, outcome.answer);
    } catch {
      sendAnswer(response, answerFault());
    }
    return undefined;
  };
}
