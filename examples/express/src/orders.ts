import type { Verifier } from "@cardea/verifier";
import { expressGuard } from "@cardea/verifier/express";
import type { ErrorRequestHandler, Express, RequestHandler } from "express";
import type { MakeExpress } from "./shop.ts";

/** A service in another process, say: it knows the issuer's public key, and who has signed out. */
export function createOrders(express: MakeExpress, verifier: Verifier): Express {
  const app = express();
  app.get("/orders", expressGuard(verifier), listOrders);
  app.get("/hello", expressGuard(verifier, { optional: true }), greet);
  app.post("/refunds", expressGuard(verifier, { roles: ["staff"], scopes: ["refunds"], maxAge: "10m" }), refund);
  app.use(answerFault);
  return app;
}

/** Only reached with a good token; what it says is in `request.auth`, typed and frozen. */
const listOrders: RequestHandler = (request, response) => {
  if (request.auth === undefined) throw new Error("this route has no guard");
  const { claims, checked } = request.auth;
  response.json({ customer: claims.sub, roles: claims.roles ?? [], checked, orders: ["A clock", "Two chairs"] });
};

/** Whoever comes without a token is a stranger. */
const greet: RequestHandler = (request, response) => {
  response.json({ hello: request.auth?.claims.sub ?? "stranger" });
};

const refund: RequestHandler = (_request, response) => {
  response.json({ refunded: true });
};

/** The application's own error handler. A guard that cannot decide ends up here as well, never in the route. */
const answerFault: ErrorRequestHandler = (error, _request, response, next) => {
  if (response.headersSent) next(error);
  else response.status(500).json({ code: "internal_error" });
};
