import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on a port of this machine (0: any free one). It listens first and gets its application when there is one. */
export async function listen(port = 0): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer().listen(port, "localhost");
  await once(server, "listening");
  return { server, origin: `http://localhost:${(server.address() as AddressInfo).port}` };
}

/** Lets an application answer. */
export const answerWith = (server: Server, app: RequestListener): void => {
  server.on("request", app);
};

/** Stops it, streams included. */
export async function stop(server: Server): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}
