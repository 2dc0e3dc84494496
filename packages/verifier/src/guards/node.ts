import type { IncomingMessage, ServerResponse } from "node:http";
import type { Accepted } from "../verdict.ts";
import { authenticateRequest, type GuardOptions, type GuardParts } from "./authenticateRequest.ts";
import { reject, rejectFault } from "./reject.ts";

/** Resolves to the accepted token, also in `request.auth`; or answers the request itself and resolves to undefined. Never rejects. */
export type NodeGuard = (request: IncomingMessage, response: ServerResponse) => Promise<Accepted | undefined>;

/** A guard for `node:http`. A fault of ours answers 500: an exception never lets a request pass. */
export function createNodeGuard({ authenticate, realm }: GuardParts, options: GuardOptions): NodeGuard {
  return async (request, response) => {
    try {
      const verdict = await authenticateRequest(request, authenticate, options);
      if (verdict.ok) return verdict;
      reject(response, verdict.refusal, realm);
    } catch {
      rejectFault(response, realm);
    }
    return undefined;
  };
}
