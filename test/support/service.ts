import { createServer } from "node:http";
import { createVerifier, type Verifier, type VerifierOptions } from "@cardea/verifier";
import { nodeGuard } from "@cardea/verifier/node";
import { type Client, clientOf } from "./client.ts";
import { listen } from "./listen.ts";

/** A service of somebody else: `node:http` behind the verifier's guard. `/status` tells how its revocation view stands. */
export type Service = Client & { readonly verifier: Verifier; readonly close: () => Promise<void> };

/** Starts a service on a free port, ready to judge tokens. */
export async function startService(options: VerifierOptions): Promise<Service> {
  const verifier = createVerifier(options);
  const guard = nodeGuard(verifier);
  const server = createServer(async (request, response) => {
    if (request.url === "/status") return void response.end(JSON.stringify(verifier.revocation));
    const accepted = await guard(request, response);
    if (accepted === undefined) return;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ sub: accepted.claims.sub }));
  });
  const client = clientOf(`http://localhost:${await listen(server)}`);
  const close = async (): Promise<void> => {
    server.close();
    await verifier.close();
    server.closeAllConnections();
  };
  await verifier.ready().catch(async (error: unknown) => {
    await close();
    throw error;
  });
  return { ...client, verifier, close };
}
