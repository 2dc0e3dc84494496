import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { listen } from "./listen.ts";

/** A reverse proxy in front of a server on this machine. */
export type ReverseProxy = { readonly port: number; readonly close: () => void };

/** Passes requests on, and says on the right of `X-Forwarded-For` who sent them, as nginx does with `$proxy_add_x_forwarded_for`. */
export async function startReverseProxy(target: number): Promise<ReverseProxy> {
  const server = createServer((incoming, response) => pass(incoming, response, target));
  const port = await listen(server, "127.0.0.1");
  return {
    port,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function pass(incoming: IncomingMessage, response: ServerResponse, port: number): void {
  const said = incoming.headers["x-forwarded-for"];
  const forwarded = [said, incoming.socket.remoteAddress].flat().filter(Boolean).join(", ");
  const { method, url, headers } = incoming;
  const onward = request(
    { host: "127.0.0.1", port, method, path: url, headers: { ...headers, "x-forwarded-for": forwarded } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on("error", () => response.destroy());
  incoming.pipe(onward);
}
