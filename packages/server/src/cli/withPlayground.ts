import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { webFile } from "#web";
import type { Auth } from "../auth.ts";
import type { CheckedOptions } from "../config/options.ts";
import { createPlayground } from "../playground/createPlayground.ts";

/** What answers requests, and how it ends. */
export type Served = { readonly listener: RequestListener; readonly close: () => Promise<void> };

/** The issuer and, in development, the playground in front of it: at the root, which the issuer leaves free. */
export function withPlayground(
  auth: Auth,
  { server, issuer, options }: { readonly server: Server; readonly issuer: string; readonly options: CheckedOptions },
): Served {
  if (!options.development) return { listener: (request, response) => auth.node(request, response), close: auth.close };
  const { audience } = options.access;
  const playground = createPlayground({ issuer, reachedAt: reachedAt(server), audience, auth, webFile });
  return {
    listener: (request, response) => {
      const [path = "/"] = (request.url ?? "/").split("?", 1);
      if (playground.holds(path)) playground.node(request, response);
      else auth.node(request, response);
    },
    close: async () => {
      await playground.close();
      await auth.close();
    },
  };
}

/** Verifiers take plain http from this machine alone, so who listens everywhere is reached by the loopback address. */
function reachedAt(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  if (address === "::" || address === "0.0.0.0") return `http://localhost:${port}`;
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
