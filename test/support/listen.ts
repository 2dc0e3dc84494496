import type { Server } from "node:http";
import type { AddressInfo, Server as TcpServer } from "node:net";

/** Listens on a free port of this machine, and says which. */
export async function listen(server: Server | TcpServer, host = "localhost"): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, host, resolve);
  await promise;
  return (server.address() as AddressInfo).port;
}
