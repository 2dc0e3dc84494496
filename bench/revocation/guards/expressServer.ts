import { createPublicKey } from "node:crypto";
import type { Server } from "node:http";
import { expressGuard } from "@cardea/verifier/express";
import { RedisStore } from "connect-redis";
import express, { type ErrorRequestHandler, type RequestHandler } from "express";
import { expressjwt } from "express-jwt";
import { auth } from "express-oauth2-jwt-bearer";
import session from "express-session";
import { createClient } from "redis";
import { type ContenderName, cacheSizeOf } from "./contender.ts";
import type { Material } from "./material.ts";
import { newVerifier } from "./verifier.ts";

type Name = ContenderName<"Express">;

/** A route that answers a few bytes, behind what `name` says. */
export async function startExpress(name: Name, material: Material): Promise<Server> {
  const app = express();
  const guard = await middleware(name, material);
  if (guard) app.use(guard);
  app.get("/", (_request, response) => void response.json({ hello: "world" }));
  app.use(refuse);
  return app.listen(0, "127.0.0.1");
}

/** Without it each refusal would be written to the log. */
const refuse: ErrorRequestHandler = (fault, _request, response, _next) => {
  response.sendStatus(Number(Object(fault).status) || 500);
};

async function middleware(name: Name, material: Material): Promise<RequestHandler | undefined> {
  const { key, issuer, audience } = material;
  switch (name) {
    case "no auth":
      return undefined;
    case "expressGuard":
    case "expressGuard, each token new":
      return expressGuard(await newVerifier(material, cacheSizeOf(name)));
    case "express-jwt":
      return expressjwt({ secret: pemOf(key), algorithms: ["ES256"], issuer, audience });
    case "express-oauth2-jwt-bearer":
      return auth({ publicKey: pemOf(key), tokenSigningAlg: "ES256", issuer, audience });
    case "express-session, Redis":
      return signedIn(material);
  }
}

const pemOf = (key: Material["key"]): string =>
  createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" }).toString();

/** The session of the cookie, and 401 if there is none. Nothing is written while it does not change. */
async function signedIn({ redis, sessionSecret: secret }: Material): Promise<RequestHandler> {
  const store = new RedisStore({ client: await createClient({ url: redis }).connect(), disableTouch: true });
  const load = session({ store, secret, resave: false, saveUninitialized: false });
  return (request, response, next) =>
    load(request, response, (fault?: unknown) => {
      if (fault === undefined && !("userId" in request.session)) response.sendStatus(401);
      else next(fault);
    });
}
