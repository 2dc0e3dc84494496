import type { Server } from "node:http";
import { honoGuard } from "@cardea/verifier/hono";
import { serve } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import { jwt } from "hono/jwt";
import { type ContenderName, cacheSizeOf } from "./contender.ts";
import type { Material } from "./material.ts";
import { newVerifier } from "./verifier.ts";

type Name = ContenderName<"Hono">;

/** A route that answers a few bytes, behind what `name` says. */
export async function startHono(name: Name, material: Material): Promise<Server> {
  const app = new Hono();
  const guard = await middleware(name, material);
  if (guard) app.use(guard);
  app.get("/", (context) => context.json({ hello: "world" }));
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(server as Server));
  });
}

async function middleware(name: Name, material: Material): Promise<MiddlewareHandler | undefined> {
  if (name === "no auth") return undefined;
  if (name !== "hono/jwt") return honoGuard(await newVerifier(material, cacheSizeOf(name)));
  const { key, issuer: iss, audience: aud } = material;
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const secret = await crypto.subtle.importKey("jwk", key, algorithm, false, ["verify"]);
  return jwt({ secret, alg: "ES256", verification: { iss, aud } });
}
