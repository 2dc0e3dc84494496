import { createPublicKey } from "node:crypto";
import type { Server } from "node:http";
import { fastifyGuard } from "@cardea/verifier/fastify";
import jwt from "@fastify/jwt";
import fastify, { type FastifyInstance, type onRequestHookHandler } from "fastify";
import { type ContenderName, cacheSizeOf } from "./contender.ts";
import type { Material } from "./material.ts";
import { newVerifier } from "./verifier.ts";

type Name = ContenderName<"Fastify">;

/** A route that answers a few bytes, behind what `name` says. */
export async function startFastify(name: Name, material: Material): Promise<Server> {
  const app = fastify();
  const onRequest = await hook(app, name, material);
  const handler = async () => ({ hello: "world" });
  if (onRequest) app.get("/", { onRequest }, handler);
  else app.get("/", handler);
  await app.listen({ port: 0, host: "127.0.0.1" });
  return app.server;
}

async function hook(app: FastifyInstance, name: Name, material: Material): Promise<onRequestHookHandler | undefined> {
  if (name === "no auth") return undefined;
  if (name === "@fastify/jwt" || name === "@fastify/jwt, its cache") {
    const { issuer: allowedIss, audience: allowedAud } = material;
    const cache = name === "@fastify/jwt, its cache" ? { cache: true } : {};
    await app.register(jwt, {
      secret: { public: pemOf(material.key) },
      verify: { algorithms: ["ES256"], allowedIss, allowedAud, ...cache },
    });
    return async (request) => void (await request.jwtVerify());
  }
  app.decorateRequest("auth");
  return fastifyGuard(await newVerifier(material, cacheSizeOf(name)));
}

const pemOf = (key: Material["key"]): string =>
  createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" }).toString();
