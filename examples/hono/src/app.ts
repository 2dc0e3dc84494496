import type { Verifier } from "@cardea/verifier";
import { type HonoAuth, honoGuard } from "@cardea/verifier/hono";
import { Hono } from "hono";

/** A service that knows who calls it. */
export function createApp(verifier: Verifier): Hono<HonoAuth> {
  const app = new Hono<HonoAuth>();

  app.get("/orders", honoGuard(verifier), (context) =>
    context.json({ customer: context.get("auth")?.claims.sub, orders: ["A clock", "Two chairs"] }),
  );

  app.get("/hello", honoGuard(verifier, { optional: true }), (context) =>
    context.json({ hello: context.get("auth")?.claims.sub ?? "stranger" }),
  );

  const mayRefund = honoGuard(verifier, { roles: ["staff"], scopes: ["refunds"], maxAge: "10m" });
  app.post("/refunds", mayRefund, (context) => context.json({ refunded: true }));

  app.onError((_fault, context) => context.json({ code: "internal_error" }, 500));
  return app;
}
