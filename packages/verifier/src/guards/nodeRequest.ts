import type { IncomingMessage, ServerResponse } from "node:http";
import type { Accepted } from "../verdict.ts";
import { positionHeader } from "../wire/position.ts";
import type { AuthenticateRequest, Outcome } from "./authenticateRequest.ts";
import type { Answer } from "./reject.ts";

declare module "http" {
  interface IncomingMessage {
    /** The accepted access token of this request; set by a guard, and only by it. */
    auth?: Accepted | undefined;
  }
}

/** A request of `node:http`. Guards name it so, since that carries the type of `auth` along to whoever uses them. */
export type NodeRequest = IncomingMessage;

/**
 * Judges a request of `node:http`; sets `request.auth` if its token is accepted and clears it if not. All `Authorization`
 * headers are looked at, since Node's `headers` silently keeps only the first.
 */
export async function authenticateNodeRequest(
  request: NodeRequest,
  authenticate: AuthenticateRequest,
): Promise<Outcome> {
  request.auth = undefined;
  const { headers, headersDistinct } = request;
  const position = headers[positionHeader.toLowerCase()]?.toString();
  const outcome = await authenticate(headersDistinct?.authorization ?? headers.authorization, position);
  if (outcome.passes) request.auth = outcome.auth;
  return outcome;
}

/** Sends an answer; what has begun to say something else is cut off. */
export function sendAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(body);
}
