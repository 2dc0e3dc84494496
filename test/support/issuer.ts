import { createServer } from "node:http";
import { type Auth, type AuthOptions, createAuth, memory } from "cardea";
import { type Client, clientOf } from "./client.ts";
import { listen } from "./listen.ts";

/** An issuer behind a real socket on a free port. */
export type Issuer = Client & { readonly auth: Auth; readonly close: () => Promise<void> };

/** Starts an issuer; everything not given is the default, on a memory store. */
export async function startIssuer(options: Partial<AuthOptions> = {}): Promise<Issuer> {
  const server = createServer();
  const port = await listen(server);
  const url = `http://localhost:${port}/auth`;
  const auth = await createAuth({ store: memory(), issuer: url, ...options }).catch((error: unknown) => {
    server.close();
    throw error;
  });
  server.on("request", auth.node);
  return {
    ...clientOf(url),
    auth,
    close: async () => {
      server.close();
      await auth.close();
      server.closeAllConnections();
    },
  };
}
