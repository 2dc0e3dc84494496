import type { Accepted } from "../verdict.ts";
import { createRequestJudge, type Guardian, type GuardOptions } from "./authenticateRequest.ts";
import { authenticateNodeRequest, type NodeRequest } from "./nodeRequest.ts";

export type { Guardian, GuardOptions } from "./authenticateRequest.ts";

/** For `declare module "fastify" { interface FastifyRequest extends FastifyAuth {} }`: types `request.auth`. */
export type FastifyAuth = { auth?: Accepted | undefined };

/** As much of Fastify's request as a guard needs. */
export type FastifyRequest = FastifyAuth & { readonly raw: NodeRequest };

/** As much of Fastify's reply as a guard needs. */
export type FastifyReply = {
  code(status: number): unknown;
  headers(headers: Record<string, string>): unknown;
  send(body: string): unknown;
};

/** A hook for Fastify: sets `request.auth`, or answers the request itself. */
export type FastifyGuard = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

/** A guard for Fastify's `onRequest`. A fault of ours goes to its error handler: an exception never lets a request pass. */
export function fastifyGuard(verifier: Guardian, options?: GuardOptions): FastifyGuard {
  const authenticate = createRequestJudge(verifier, options);
  return async (request, reply) => {
    request.auth = undefined;
    const outcome = await authenticateNodeRequest(request.raw, authenticate);
    if (outcome.passes) {
      request.auth = outcome.auth;
      return undefined;
    }
    const { status, headers, body } = outcome.answer;
    reply.code(status);
    reply.headers({ ...headers });
    reply.send(body);
    return reply;
  };
}
