import type { Verifier } from "@cardea/verifier";
import { type FastifyAuth, fastifyGuard } from "@cardea/verifier/fastify";
import Fastify, { type FastifyInstance } from "fastify";

declare module "fastify" {
  interface FastifyRequest extends FastifyAuth {}
}

/** A service that knows who calls it. */
export function createApp(verifier: Verifier): FastifyInstance {
  const app = Fastify();
  app.decorateRequest("auth");

  app.get("/orders", { onRequest: fastifyGuard(verifier) }, async (request) => ({
    customer: request.auth?.claims.sub,
    orders: ["A clock", "Two chairs"],
  }));

  app.get("/hello", { onRequest: fastifyGuard(verifier, { optional: true }) }, async (request) => ({
    hello: request.auth?.claims.sub ?? "stranger",
  }));

  const mayRefund = fastifyGuard(verifier, { roles: ["staff"], scopes: ["refunds"], maxAge: "10m" });
  app.post("/refunds", { onRequest: mayRefund }, async () => ({ refunded: true }));
  return app;
}
