import type { Auth } from "cardea";
import type { Express } from "express";

/** Express 4 or 5: what is shown here is written in the same way for both. */
export type MakeExpress = typeof import("express");

/** Where the issuer may stand in an application. It works in each of these places. */
export type Place = "before express.json()" | "after express.json()" | "after express.json(), under /auth";

/**
 * The application that people sign in to. It embeds the issuer: its paths (`/auth/sign-up`, `/auth/sign-in`, ...) are
 * answered by `auth.node`, everything else goes on to the application's own routes.
 */
export function createShop(express: MakeExpress, auth: Auth, place: Place = "before express.json()"): Express {
  const app = express();
  if (place === "before express.json()") app.use(auth.node);
  app.use(express.json());
  if (place === "after express.json()") app.use(auth.node);
  if (place === "after express.json(), under /auth") app.use("/auth", auth.node);
  app.get("/", (_request, response) => {
    response.json({ shop: "open" });
  });
  app.post("/echo", (request, response) => {
    response.json(request.body);
  });
  return app;
}
