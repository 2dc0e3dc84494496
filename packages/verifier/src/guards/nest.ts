import type { Accepted } from "../verdict.ts";
import { createRequestJudge, type Guardian, type GuardOptions } from "./authenticateRequest.ts";
import { authenticateNodeRequest, type NodeRequest } from "./nodeRequest.ts";

export type { Guardian, GuardOptions } from "./authenticateRequest.ts";

/** Nest's own class, from `@nestjs/common`: a refusal is thrown as one, so that exception filters see it. */
export type HttpExceptionClass = new (body: object, status: number) => Error;

/** The options of every guard, and the class that refusals are thrown as. */
export type NestGuardOptions = GuardOptions & { readonly HttpException: HttpExceptionClass };

/** As much of Nest's execution context as a guard needs. */
export type NestContext = {
  getType(): string;
  switchToHttp(): { getRequest(): NestRequest; getResponse(): NestResponse };
};

/** A request below Express, or one of Fastify, which has the request of `node:http` in `raw`. */
export type NestRequest = { auth?: Accepted | undefined; readonly raw?: NodeRequest };

/** A response of Express, or a reply of Fastify. */
export type NestResponse = { header(name: string, value: string): unknown };

/** What `@UseGuards` and `app.useGlobalGuards` take. */
export type NestGuard = { readonly canActivate: (context: NestContext) => Promise<boolean> };

/**
 * A guard for Nest, over Express or Fastify: sets `request.auth`, or throws `HttpException` with the headers already set. A
 * fault of ours is thrown as it is, which Nest answers with 500. Refuses what does not come by HTTP with an Error.
 */
export function nestGuard(verifier: Guardian, { HttpException, ...options }: NestGuardOptions): NestGuard {
  if (typeof HttpException !== "function") throw new TypeError("nestGuard: HttpException is Nest's own class");
  const authenticate = createRequestJudge(verifier, options);
  return {
    canActivate: async (context) => {
      if (context.getType() !== "http") throw new Error(`verifier: this guard is for HTTP, not "${context.getType()}"`);
      const request = context.switchToHttp().getRequest();
      request.auth = undefined;
      const outcome = await authenticateNodeRequest(request.raw ?? (request as NodeRequest), authenticate);
      if (!outcome.passes) {
        const { status, headers, body } = outcome.answer;
        const response = context.switchToHttp().getResponse();
        for (const [name, value] of Object.entries(headers)) response.header(name, value);
        throw new HttpException(JSON.parse(body), status);
      }
      request.auth = outcome.auth;
      return true;
    },
  };
}
