import { createServer } from "node:http";
import { createVerifier, type Verifier } from "@cardea/verifier";
import { createRelay, type Relay, type RelayOptions } from "cardea";
import { type Client, clientOf } from "./client.ts";
import { eventually } from "./eventually.ts";
import type { Issuer } from "./issuer.ts";
import { listen } from "./listen.ts";
import type { Tokens } from "./people.ts";
import { startTcpProxy, type TcpProxy } from "./tcpProxy.ts";

/** A relay behind a real socket on a free port. `url` is what a verifier takes for its feed. */
export type RunningRelay = Client & {
  readonly url: string;
  readonly port: number;
  readonly relay: Relay;
  readonly close: () => Promise<void>;
};

/** Starts a relay, which has the whole log when this resolves. */
export async function startRelay(options: RelayOptions): Promise<RunningRelay> {
  const relay = await createRelay(options);
  const server = createServer(relay.node);
  const port = await listen(server);
  const url = `http://localhost:${port}${new URL(options.issuer).pathname}`;
  const close = async (): Promise<void> => {
    server.close();
    await relay.close();
    server.closeAllConnections();
  };
  return { ...clientOf(url), url, port, relay, close };
}

/** A service's id and secret. */
export type Credentials = { readonly id: string; readonly secret: string };

/** Credentials that may read the log, unless other scopes are given. */
export async function newCredentials({ auth }: Issuer, scopes?: readonly ["revocation:write"]): Promise<Credentials> {
  const { service, secret } = await auth.services.create("a service", scopes ? { scopes } : {});
  return { id: service.id, secret };
}

/** A verifier of the issuer's tokens that follows somebody else's feed, and is live. */
export async function startFollower(
  issuer: string,
  feed: string,
  { credentials, ...more }: { readonly credentials: Credentials; readonly maxStaleness?: "1s" | "5s" | "60s" },
): Promise<Verifier> {
  const verifier = createVerifier({ issuer, audience: "app", credentials, revocation: { feed, ...more } });
  await verifier.ready();
  return verifier;
}

/** The code by which a verifier refuses a token, or "none". */
export async function refusalOf(verifier: Verifier, { access }: Tokens): Promise<string> {
  const verdict = await verifier.verify(access);
  return verdict.ok ? "none" : verdict.refusal.code;
}

/** Waits until a verifier knows that a token was revoked. */
export const refusesAsRevoked = (verifier: Verifier, tokens: Tokens): Promise<void> =>
  eventually("the verifier refuses", async () => (await refusalOf(verifier, tokens)) === "revoked");

/** A proxy that leads to the port of a URL. */
export async function proxyTo(url: string): Promise<TcpProxy> {
  const proxy = await startTcpProxy();
  proxy.leadTo(Number(new URL(url).port));
  return proxy;
}

/** An issuer's or a relay's URL by way of a proxy. */
export const through = (proxy: TcpProxy): string => `http://localhost:${proxy.port}/auth`;
