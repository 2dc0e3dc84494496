import { connect, createServer, type Socket } from "node:net";
import { listen } from "./listen.ts";

/** A wire between verifiers and an issuer, with faults on demand. */
export type TcpProxy = {
  readonly port: number;
  /** Where new connections lead. */
  readonly leadTo: (port: number) => void;
  /** Cuts every connection, and cuts new ones at once until `heal`. */
  readonly cut: () => void;
  readonly heal: () => void;
  /** Swallows what the far side says on connections that asked for this path so far. They stay open. */
  readonly mute: (path: string) => void;
  /** All that was asked for this path, head by head, in order. */
  readonly requestsFor: (path: string) => readonly string[];
  readonly close: () => void;
};

/** Starts a proxy on a free port. */
export async function startTcpProxy(): Promise<TcpProxy> {
  const wires = new Set<Wire>();
  const asked: string[] = [];
  let target = 0;
  let isCut = false;

  const server = createServer((near) => {
    near.on("error", () => undefined);
    if (isCut) return void near.destroy();
    const wire = join(near, connect({ port: target, host: "localhost" }), (heads) => asked.push(...heads));
    wires.add(wire);
    near.on("close", () => wires.delete(wire));
  });
  const port = await listen(server);
  const cut = (): void => {
    isCut = true;
    for (const wire of wires) wire.near.destroy();
  };
  return {
    port,
    leadTo: (next) => {
      target = next;
    },
    cut,
    heal: () => {
      isCut = false;
    },
    mute: (path) => {
      for (const wire of wires) wire.isMute ||= wire.asked.some(isFor(path));
    },
    requestsFor: (path) => asked.filter(isFor(path)),
    close: () => {
      cut();
      server.close();
    },
  };
}

type Wire = { readonly near: Socket; readonly asked: string[]; isMute: boolean };

/** Verifiers only send GET requests without a body, so all they say is request heads, each sent whole. */
function join(near: Socket, far: Socket, hear: (heads: readonly string[]) => void): Wire {
  const wire: Wire = { near, asked: [], isMute: false };
  near.on("data", (bytes) => {
    const heads = bytes.toString("latin1").split("\r\n\r\n").filter(Boolean);
    wire.asked.push(...heads);
    hear(heads);
    far.write(bytes);
  });
  far.on("data", (bytes) => {
    if (!wire.isMute) near.write(bytes);
  });
  near.on("close", () => far.destroy());
  far.on("close", () => near.destroy());
  far.on("error", () => near.destroy());
  return wire;
}

const isFor =
  (path: string) =>
  (head: string): boolean =>
    head.startsWith(`GET ${path} `) || head.startsWith(`GET ${path}?`);
