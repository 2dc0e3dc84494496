import type { Verifier } from "@cardea/verifier";
import { type KoaAuth, koaGuard } from "@cardea/verifier/koa";
import Koa, { type Middleware } from "koa";

/** A service that knows who calls it. Koa has no router of its own; with one, a guard stands before the handler as it does here. */
export function createApp(verifier: Verifier): Koa<KoaAuth> {
  const app = new Koa<KoaAuth>();

  const on = (method: string, path: string, handler: Middleware<KoaAuth>) =>
    app.use((context, next) => (context.method === method && context.path === path ? handler(context, next) : next()));

  const anybody = koaGuard(verifier);
  on("GET", "/orders", (context) =>
    anybody(context, async () => {
      context.body = { customer: context.state.auth?.claims.sub, orders: ["A clock", "Two chairs"] };
    }),
  );

  const perhaps = koaGuard(verifier, { optional: true });
  on("GET", "/hello", (context) =>
    perhaps(context, async () => {
      context.body = { hello: context.state.auth?.claims.sub ?? "stranger" };
    }),
  );

  const mayRefund = koaGuard(verifier, { roles: ["staff"], scopes: ["refunds"], maxAge: "10m" });
  on("POST", "/refunds", (context) =>
    mayRefund(context, async () => {
      context.body = { refunded: true };
    }),
  );
  return app;
}
