import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Auth, type AuthOptions, createAuth, memory } from "cardea";

/** An answer, read whole. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Json; readonly text: string };

/** JSON as tests look into it: any member may be asked for, and is unknown until compared. */
export type Json = Readonly<Record<string, unknown>>;

/** An issuer behind a real socket on a free port. */
export type Issuer = {
  readonly url: string;
  readonly auth: Auth;
  readonly post: (path: string, body?: unknown, token?: string) => Promise<Answer>;
  readonly get: (path: string, token?: string) => Promise<Answer>;
  readonly delete: (path: string, token?: string) => Promise<Answer>;
  /** Any request, relative to the issuer. */
  readonly send: (path: string, init: RequestInit) => Promise<Answer>;
  readonly close: () => Promise<void>;
};

/** Starts an issuer; everything not given is the default, on a memory store. */
export async function startIssuer(options: Partial<AuthOptions> = {}): Promise<Issuer> {
  const server = createServer();
  const port = await listen(server);
  const url = `http://localhost:${port}/auth`;
  const auth = await createAuth({ store: memory(), issuer: url, ...options });
  server.on("request", auth.node);
  const send = async (path: string, init: RequestInit): Promise<Answer> => read(await fetch(url + path, init));
  return {
    url,
    auth,
    send,
    post: (path, body, token) => send(path, { method: "POST", ...withBody(body, token) }),
    get: (path, token) => send(path, { headers: bearer(token) }),
    delete: (path, token) => send(path, { method: "DELETE", headers: bearer(token) }),
    close: async () => {
      server.close();
      await auth.close();
      server.closeAllConnections();
    },
  };
}

/** Reads an answer as text and, where it is JSON, as an object. */
export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const body: Json = isJson ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, body, text };
}

async function listen(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "localhost", resolve);
  await promise;
  return (server.address() as AddressInfo).port;
}

function withBody(body: unknown, token: string | undefined): RequestInit {
  if (body === undefined) return { headers: bearer(token) };
  return { headers: { "content-type": "application/json", ...bearer(token) }, body: JSON.stringify(body) };
}

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };
