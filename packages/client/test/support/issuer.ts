import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createClient } from "@cardea/client";
import type { Auth, AuthOptions, SecurityEvent } from "cardea";
import { type TestClock, testAuth } from "cardea/testing";

/** What happens to a request: `lost` is answered, but the answer does not arrive. */
export type Fate =
  | "lost"
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** An issuer behind a real socket, whose clock, faults and requests the test owns. */
export type Issuer = {
  readonly url: string;
  readonly origin: string;
  readonly auth: Auth;
  readonly clock: TestClock;
  readonly events: readonly SecurityEvent[];
  /** Method and path of each request so far, in order. */
  readonly requests: string[];
  /** What happens to the next requests for a path, one after the other. */
  readonly fates: Map<string, Fate[]>;
  /** Takes no connection until it is back. */
  readonly leave: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  /** Answers paths that are not the issuer's. */
  readonly others: Map<string, (request: IncomingMessage, response: ServerResponse) => unknown>;
  readonly close: () => Promise<void>;
};

/** Starts one on a free port, in memory, with a hash that costs nothing. */
export async function startIssuer(
  options: Partial<Omit<AuthOptions, "world" | "development" | "mail">> = {},
): Promise<Issuer> {
  const requests: string[] = [];
  const fates: Issuer["fates"] = new Map();
  const others: Issuer["others"] = new Map();
  const server = createServer();
  const listen = (port: number): Promise<void> => new Promise((go) => void server.listen(port, "localhost", go));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const origin = `http://localhost:${port}`;
  const url = `${origin}/auth`;
  const { auth, clock, events, close } = await testAuth({ ...options, issuer: url });
  server.on("request", (request, response) => {
    const path = new URL(request.url ?? "/", url).pathname;
    requests.push(`${request.method} ${path}`);
    const own = others.get(path);
    if (own) return own(request, response);
    const fate = fates.get(path)?.shift();
    if (fate === "lost") loseAnswer(request, response);
    else if (fate) return response.writeHead(fate.status, fate.headers).end(fate.body);
    return auth.node(request, response);
  });
  const leave = async (): Promise<void> => {
    const closed = new Promise((go) => void server.close(go));
    server.closeAllConnections();
    await closed;
  };
  return {
    url,
    origin,
    auth,
    clock,
    events,
    requests,
    fates,
    others,
    leave,
    comeBack: () => listen(port),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await close();
    },
  };
}

function loseAnswer(request: IncomingMessage, response: ServerResponse): void {
  const lose = (): ServerResponse => {
    request.socket.destroy();
    return response;
  };
  Object.assign(response, { writeHead: () => response, write: () => true, end: lose });
}

/** Who signs in. */
export const ada = { email: "ada@example.com", password: "a phrase of several words" };

/** Makes accounts. */
export async function haveAccounts({ url }: Issuer, ...people: readonly (typeof ada)[]): Promise<void> {
  const client = createClient({ baseUrl: url });
  for (const person of people) await client.signUp(person);
  client.close();
}

/** How many requests for a path there were. */
export const count = ({ requests }: Issuer, request: string): number =>
  requests.filter((one) => one === request).length;

/** The sessions that go on of the only person there is. */
export async function liveSessions({ auth }: Issuer): Promise<number> {
  const account = await auth.accounts.find(ada.email);
  assert.ok(account);
  return (await auth.sessions.list(account.id)).length;
}
