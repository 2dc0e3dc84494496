import type { RequestListener, ServerResponse } from "node:http";
import type { Verifier } from "@cardea/verifier";
import { nodeGuard } from "@cardea/verifier/node";

/** A service that knows who calls it, on `node:http` alone. */
export function createApp(verifier: Verifier): RequestListener {
  const anybody = nodeGuard(verifier);
  const perhaps = nodeGuard(verifier, { optional: true });
  const mayRefund = nodeGuard(verifier, { roles: ["staff"], scopes: ["refunds"], maxAge: "10m" });

  const routes: Readonly<Record<string, (...exchange: Parameters<RequestListener>) => Promise<void>>> = {
    "GET /orders": async (request, response) => {
      const caller = await anybody(request, response);
      if (caller) sendJson(response, { customer: caller.claims.sub, orders: ["A clock", "Two chairs"] });
    },
    "GET /hello": async (request, response) => {
      const caller = await perhaps(request, response);
      if (caller) sendJson(response, { hello: caller === "anonymous" ? "stranger" : caller.claims.sub });
    },
    "POST /refunds": async (request, response) => {
      if (await mayRefund(request, response)) sendJson(response, { refunded: true });
    },
  };

  return (request, response) => {
    const route = routes[`${request.method} ${request.url}`];
    if (route === undefined) response.writeHead(404).end();
    else void route(request, response);
  };
}

const sendJson = (response: ServerResponse, body: object): void => {
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify(body));
};
