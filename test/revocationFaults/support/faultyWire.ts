import { connect, createServer, type Socket } from "node:net";
import { listen } from "../../support/listen.ts";

/** How a wire fails. `stall`: it holds what is said, and brings it later. `swallow`: it takes everything in and brings nothing, ever. */
export type WireFault = "cut" | "stall" | "swallow";

/** A wire from one verifier to the issuers: each new connection leads to the next issuer. */
export type FaultyWire = {
  readonly port: number;
  readonly fail: (fault: WireFault) => void;
  /** Connections pass again. What was swallowed does not come, and those connections stay as dead as they are. */
  readonly heal: () => void;
  readonly close: () => void;
};

type Connection = { readonly near: Socket; readonly far: Socket; isDead: boolean };

/** Starts a wire on a free port. */
export async function startFaultyWire(issuerPorts: readonly number[]): Promise<FaultyWire> {
  const connections = new Set<Connection>();
  let fault: WireFault | undefined;
  let turns = 0;

  const server = createServer((near) => {
    near.on("error", () => undefined);
    if (fault === "cut") return void near.resetAndDestroy();
    const port = issuerPorts[turns++ % issuerPorts.length] ?? 0;
    const connection = join(near, connect({ port, host: "127.0.0.1" }));
    connections.add(connection);
    near.on("close", () => connections.delete(connection));
    if (fault !== undefined) strike[fault](connection);
  });
  const port = await listen(server, "127.0.0.1");
  return {
    port,
    fail: (next) => {
      fault = next;
      for (const connection of connections) strike[next](connection);
    },
    heal: () => {
      fault = undefined;
      for (const { near, far } of connections) for (const socket of [near, far]) socket.resume();
    },
    close: () => {
      for (const { near } of connections) near.destroy();
      server.close();
    },
  };
}

const strike: Readonly<Record<WireFault, (connection: Connection) => void>> = {
  cut: ({ near }) => near.resetAndDestroy(),
  stall: ({ near, far }) => {
    near.pause();
    far.pause();
  },
  swallow: (connection) => {
    connection.isDead = true;
  },
};

function join(near: Socket, far: Socket): Connection {
  const connection: Connection = { near, far, isDead: false };
  const pass = (from: Socket, to: Socket): void => {
    from.on("data", (bytes) => {
      if (!connection.isDead) to.write(bytes);
    });
    from.on("error", () => undefined);
    // A dead wire does not tell that the other side has gone.
    from.on("close", () => {
      if (!connection.isDead || from === near) to.destroy();
    });
  };
  pass(near, far);
  pass(far, near);
  return connection;
}
