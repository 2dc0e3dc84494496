import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { type Auth, type AuthOptions, createAuth, memory, realWorld, type SecurityEvent, type Store } from "cardea";
import type { ServiceScope } from "../../src/store/ports.ts";

/** JSON as tests look into it. */
export type Json = Readonly<Record<string, unknown>>;

/** An answer, read whole. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string; readonly body: Json };

/** An issuer behind a real socket on a free port, with its store and events in view. */
export type Issuer = {
  readonly url: string;
  readonly port: number;
  readonly auth: Auth;
  readonly store: Store;
  readonly events: readonly SecurityEvent[];
  readonly send: (path: string, init?: RequestInit) => Promise<Answer>;
  readonly post: (path: string, body?: unknown, authorization?: string) => Promise<Answer>;
  readonly get: (path: string, authorization?: string) => Promise<Answer>;
  /** Bytes as they are, and everything that comes back until the connection is closed. */
  readonly raw: (bytes: string | Uint8Array) => Promise<string>;
  readonly close: () => Promise<void>;
};

/** Starts an issuer; everything not given is the default, on a memory store. */
export async function startIssuer(options: Partial<AuthOptions> = {}): Promise<Issuer> {
  const server = createServer().unref();
  const port = await listen(server);
  const url = `http://localhost:${port}/auth`;
  const events: SecurityEvent[] = [];
  const given = options.store ?? memory();
  let store: Store | undefined;
  const open = async (...[world]: Parameters<typeof given.open>): Promise<Store> => {
    store ??= await given.open(world);
    return store;
  };
  const onEvent = (event: SecurityEvent): unknown => events.push(event);
  const auth = await createAuth({ issuer: url, onEvent, ...options, store: { ...given, open } });
  server.on("request", auth.node);
  const send = async (path: string, init: RequestInit = {}): Promise<Answer> =>
    readAnswer(await fetch(url + path, init));
  return {
    url,
    port,
    auth,
    events,
    send,
    store: await open(realWorld),
    post: (path, body, authorization) => send(path, jsonPost(body, authorization)),
    get: (path, authorization) => send(path, { headers: authorizing(authorization) }),
    raw: (bytes) => exchange(port, bytes),
    close: async () => {
      server.close();
      await auth.close().finally(() => server.closeAllConnections());
    },
  };
}

/** Reads an answer as text and, where it is JSON, as an object. */
export async function readAnswer(response: Response): Promise<Answer> {
  const body = await response.text();
  const isJson = body !== "" && /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, text: body, body: isJson ? JSON.parse(body) : {} };
}

/** A POST of JSON. */
export const jsonPost = (body: unknown, authorization?: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...authorizing(authorization) },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});

/** A POST of a form. */
export const formPost = (body: string, authorization?: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded", ...authorizing(authorization) },
  body,
});

/** The header for a credential, or none. */
export const authorizing = (authorization: string | undefined): Record<string, string> =>
  authorization === undefined ? {} : { authorization };

/** A person signed in: tokens, and how to present the access token. */
export type Person = {
  readonly email: string;
  readonly password: string;
  readonly access: string;
  readonly refresh: string;
  readonly bearer: string;
};

let people = 0;

/** Signs a new person up and in. */
export async function newPerson({ post }: Pick<Issuer, "post">): Promise<Person> {
  const credentials = { email: `person${people++}@example.com`, password: "a phrase of several words" };
  await post("/sign-up", credentials);
  const { body } = await post("/sign-in", credentials);
  const access = String(body.access_token);
  return { ...credentials, access, refresh: String(body.refresh_token), bearer: `Bearer ${access}` };
}

/** A new service's credentials as HTTP Basic has them. */
export async function newService({ services }: Auth, scopes?: readonly ServiceScope[]): Promise<string> {
  const { service, secret } = await services.create("a service", scopes ? { scopes } : {});
  return basic(service.id, secret);
}

/** HTTP Basic for a pair. */
export const basic = (id: string, secret: string): string => `Basic ${btoa(`${id}:${secret}`)}`;

async function listen(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "localhost", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not a port");
  return address.port;
}

async function exchange(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(port, "localhost");
  // A server that refuses a body closes while it is still being sent.
  socket.on("error", () => undefined);
  socket.write(bytes);
  return text(socket);
}
