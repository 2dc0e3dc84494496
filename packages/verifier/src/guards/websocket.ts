import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Accepted } from "../verdict.ts";
import { createRequestJudge, type Guardian, type GuardOptions } from "./authenticateRequest.ts";
import { authenticateNodeRequest, type NodeRequest } from "./nodeRequest.ts";
import { type Answer, answerFault } from "./reject.ts";

export type { Guardian, GuardOptions } from "./authenticateRequest.ts";

/**
 * Resolves to the accepted token, also in `request.auth`; or answers the request itself, closes the socket and resolves to
 * undefined, as it does when the client has gone meanwhile. Never rejects.
 */
export type UpgradeGuard = (request: NodeRequest, socket: Duplex) => Promise<Accepted | undefined>;

/** A WebSocket serves one person from its first byte on, so a token is not optional there. */
export type UpgradeGuardOptions = Omit<GuardOptions, "optional">;

/**
 * A guard for `server.on("upgrade")`. The token comes in `Authorization` or, from browsers, as the subprotocol
 * `bearer.TOKEN` beside a real one; that one is taken out of the request, so that no server selects it and sends it back.
 */
export function upgradeGuard(verifier: Guardian, options: UpgradeGuardOptions = {}): UpgradeGuard {
  if ("optional" in options) throw new TypeError('upgradeGuard: there is no option "optional" for sockets');
  const authenticate = createRequestJudge(verifier, options);
  return async (request, socket) => {
    const hangUp = (): void => void socket.destroy();
    socket.on("error", hangUp);
    try {
      takeSubprotocolToken(request);
      const outcome = await authenticateNodeRequest(request, authenticate);
      if (socket.destroyed) return undefined;
      if (!outcome.passes) {
        endSocket(socket, outcome.answer);
        return undefined;
      }
      socket.off("error", hangUp);
      return outcome.auth;
    } catch {
      endSocket(socket, answerFault());
    }
    return undefined;
  };
}

/** Moves each token among the subprotocols to where every other guard looks for it; two credentials stay two. */
function takeSubprotocolToken(request: NodeRequest): void {
  const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
  const tokens = offered.filter((name) => name.startsWith(tokenPrefix));
  if (tokens.length === 0) return;
  const others = offered.filter((name) => !name.startsWith(tokenPrefix)).join(", ");
  if (others === "") delete request.headers["sec-websocket-protocol"];
  else request.headers["sec-websocket-protocol"] = others;
  const sent = request.headersDistinct.authorization ?? [];
  request.headersDistinct.authorization = [
    ...sent,
    ...tokens.map((name) => `Bearer ${name.slice(tokenPrefix.length)}`),
  ];
}

const tokenPrefix = "bearer.";

function endSocket(socket: Duplex, { status, headers, body }: Answer): void {
  const fields = { ...headers, "Content-Length": String(Buffer.byteLength(body)), Connection: "close" };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
}
