import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Running } from "./guardConformance.ts";

/** Calls a server that listens, or is about to, by its own port. */
export async function running(server: Server): Promise<Running> {
  if (!server.listening) await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    call: ({ url, method, headers }) =>
      fetch(new URL(new URL(url).pathname, `http://localhost:${port}`), { method, headers }),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
