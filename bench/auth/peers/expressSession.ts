import { createHmac, randomBytes } from "node:crypto";
import { RedisStore } from "connect-redis";
import session, { type SessionData } from "express-session";
import { createClient } from "redis";
import type { Contender } from "../rounds.ts";
import type { Servers } from "../servers.ts";

type Middleware = ReturnType<typeof session>;
type Loaded = { readonly session?: { readonly userId?: string } };

/** express-session with connect-redis, from the request's cookie until the session is there. The answer is not part of it. */
export async function expressSessionChecks(name: string, { redis }: Servers, sessions: number): Promise<Contender> {
  const client = await createClient({ url: redis }).connect();
  const store = new RedisStore({ client, prefix: `express:${randomBytes(4).toString("hex")}:` });
  const secret = randomBytes(32).toString("base64url");
  const load = session({ store, secret, resave: false, saveUninitialized: false });
  const cookies: string[] = [];
  for (let at = 0; at < sessions; at++) {
    const id = randomBytes(24).toString("base64url");
    await store.set(id, {
      cookie: { originalMaxAge: 3_600_000, path: "/" },
      userId: `user${at}`,
    } as unknown as SessionData);
    cookies.push(`connect.sid=${encodeURIComponent(`s:${id}.${signature(id, secret)}`)}`);
  }
  return {
    name,
    run: async (at) => {
      const request = { url: "/", originalUrl: "/", headers: { cookie: cookies[at % cookies.length] }, socket: {} };
      await loaded(load, request);
      if (!(request as Loaded).session?.userId) throw new Error(`${name} found no session.`);
    },
  };
}

/** As cookie-signature has it. */
const signature = (id: string, secret: string): string =>
  createHmac("sha256", secret).update(id).digest("base64").replace(/=+$/, "");

/** Only what the middleware touches before it is done: to make a whole request and response would be the larger part of the time. */
const loaded = (load: Middleware, request: object): Promise<void> =>
  new Promise((resolve, reject) => {
    const response = { writeHead: () => undefined, write: () => true, end: () => undefined };
    load(request as Parameters<Middleware>[0], response as unknown as Parameters<Middleware>[1], (error?: unknown) =>
      error === undefined ? resolve() : reject(error),
    );
  });
