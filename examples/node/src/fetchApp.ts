import type { Verifier } from "@cardea/verifier";
import { fetchGuard } from "@cardea/verifier/fetch";

/** A service that is a function from `Request` to `Response`, for any runtime and framework that has those. */
export function createFetchApp(verifier: Verifier): (request: Request) => Promise<Response> {
  const anybody = fetchGuard(verifier);
  const perhaps = fetchGuard(verifier, { optional: true });
  const mayRefund = fetchGuard(verifier, { roles: ["staff"], scopes: ["refunds"], maxAge: "10m" });

  const routes: Readonly<Record<string, (request: Request) => Promise<Response>>> = {
    "GET /orders": async (request) => {
      const caller = await anybody(request);
      if (caller instanceof Response) return caller;
      return Response.json({ customer: caller.claims.sub, orders: ["A clock", "Two chairs"] });
    },
    "GET /hello": async (request) => {
      const caller = await perhaps(request);
      if (caller instanceof Response) return caller;
      return Response.json({ hello: caller === "anonymous" ? "stranger" : caller.claims.sub });
    },
    "POST /refunds": async (request) => {
      const caller = await mayRefund(request);
      return caller instanceof Response ? caller : Response.json({ refunded: true });
    },
  };

  return async (request) =>
    routes[`${request.method} ${new URL(request.url).pathname}`]?.(request) ?? new Response(null, { status: 404 });
}
