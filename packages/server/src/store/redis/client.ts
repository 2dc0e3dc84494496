import type { CheckedAddress, Credentials } from "./address.ts";
import { within } from "./within.ts";

/** A connection to Redis, however many servers that is. */
export type Client = {
  /** Sends a command about one key to the server that has it; rejects with the server's refusal, or when the connection ends. */
  readonly send: (key: string, args: readonly string[]) => Promise<unknown>;
  readonly destroy: () => void;
};

/** A host that answers with neither a connection nor a refusal is given up after this. */
const connectMs = 2000;

/**
 * Connects, within two seconds. `onLost` hears of the end of the connection, which is not mended: `circuit.ts` makes a new one,
 * since that mends a dead peer, a failover and a new shape of a cluster alike.
 */
export async function connectClient(address: CheckedAddress, onLost: (error: unknown) => void): Promise<Client> {
  if ("cluster" in address) return connectCluster(address, onLost);
  if ("sentinel" in address) return connectMaster(address, onLost);
  return connectOne(address, onLost);
}

type Place = Credentials & { readonly url: string };
type Lost = (error: unknown) => void;

/** A command that cannot be sent at once must not wait for better times. */
const disableOfflineQueue = true;
/** `circuit.ts` keeps the deadline of each command, at a third of the cost. */
const commandOptions = { timeout: 0 } as const;
/** node-redis writes into what it is given. */
const newSocket = () => ({ reconnectStrategy: false, connectTimeout: connectMs }) as const;

/** Loads the driver, which can take longer than a command may: whoever has a deadline calls this first. */
export const loadDriver = (): Promise<unknown> => import("redis");

async function connectOne(place: Place, onLost: Lost): Promise<Client> {
  const { createClient } = await import("redis");
  const client = createClient({ ...place, disableOfflineQueue, commandOptions, socket: newSocket() });
  client.on("error", onLost);
  return connected(client, (_, args) => client.sendCommand(args));
}

async function connectCluster(
  { cluster, ...credentials }: Extract<CheckedAddress, { cluster: unknown }>,
  onLost: Lost,
): Promise<Client> {
  const { createCluster } = await import("redis");
  const [first = ""] = cluster;
  let cause: unknown;
  const client = createCluster({
    rootNodes: cluster.map((url) => ({ url })),
    commandOptions,
    defaults: {
      ...credentialsOf(first),
      ...credentials,
      disableOfflineQueue,
      socket: { ...newSocket(), ...(isTls(first) && { tls: true }) },
    },
  });
  client.on("error", (error: unknown) => {
    // What connect() throws says only that no node would do.
    cause = error;
    onLost(error);
  });
  return connected(client, (key, args) => client.sendCommand(key, undefined, [...args])).catch((error: unknown) => {
    throw cause ?? error;
  });
}

/**
 * As "Guidelines for Redis clients with support for Redis Sentinel" has it: the first sentinel that answers names the master, and
 * the master is asked whether it is one. (node-redis has a client for this too; it looks for a master for 16 s before it gives up.)
 */
async function connectMaster(
  { sentinel, ...credentials }: Extract<CheckedAddress, { sentinel: unknown }>,
  onLost: Lost,
): Promise<Client> {
  const { name, nodes, database = 0 } = sentinel;
  const { address, tls } = await Promise.any(nodes.map((url) => askSentinel(url, name))).catch(
    (failed: AggregateError) => {
      throw failed.errors[0];
    },
  );
  const master = await connectOne(
    { ...credentials, url: `${tls ? "rediss" : "redis"}://${address}/${database}` },
    onLost,
  );
  try {
    const role = await within(connectMs, master.send("", ["ROLE"]));
    if (Array.isArray(role) && role[0] === "master") return master;
    throw new Error("The Redis that the sentinels name is no master at present.");
  } catch (error) {
    master.destroy();
    throw error;
  }
}

async function askSentinel(url: string, name: string): Promise<{ readonly address: string; readonly tls: boolean }> {
  const sentinel = await connectOne({ url }, () => undefined);
  try {
    const found = await within(connectMs, sentinel.send("", ["SENTINEL", "GET-MASTER-ADDR-BY-NAME", name]));
    if (!Array.isArray(found)) throw new Error("The sentinels know no master of this name.");
    const [host, port] = found.map(String);
    return { address: `${host?.includes(":") ? `[${host}]` : host}:${port}`, tls: isTls(url) };
  } finally {
    sentinel.destroy();
  }
}

async function connected(
  client: { readonly connect: () => Promise<unknown>; readonly destroy: () => void },
  send: Client["send"],
): Promise<Client> {
  try {
    await within(connectMs, client.connect());
    return { send, destroy: () => client.destroy() };
  } catch (error) {
    client.destroy();
    throw error;
  }
}

const isTls = (url: string): boolean => new URL(url).protocol === "rediss:";

function credentialsOf(url: string): Credentials {
  const { username, password } = new URL(url);
  return {
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}
