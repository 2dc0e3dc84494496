import { createServer, type Server } from "node:http";
import type { Verifier } from "@cardea/verifier";
import { upgradeGuard } from "@cardea/verifier/websocket";
import { WebSocketServer } from "ws";

/** Its own range of close codes (RFC 6455 section 7.4.2) starts at 4000; 4401 reminds of 401. */
export const tokenEnded = 4401;

/** A service whose sockets live no longer than the token that opened them. */
export function createApp(verifier: Verifier): Server {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ noServer: true });
  const guard = upgradeGuard(verifier);

  server.on("upgrade", async (request, socket, head) => {
    const caller = await guard(request, socket);
    if (caller === undefined) return;
    sockets.handleUpgrade(request, socket, head, (live) => {
      const stop = verifier.watch(caller, ({ code }) => live.close(tokenEnded, code));
      live.on("close", stop);
      live.send(`Hello ${caller.claims.sub}`);
    });
  });
  return server;
}
