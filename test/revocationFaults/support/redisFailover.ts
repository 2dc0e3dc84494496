import { createClient } from "redis";
import { type RedisSentinel, startRedisSentinel } from "#servers/redisTopologies.ts";
import { eventually } from "../../support/eventually.ts";

/** A Redis with a replica and a sentinel, for the revocation log. */
export type FailingRedis = {
  /** Where issuers ask for the primary. */
  readonly sentinel: { readonly name: string; readonly nodes: readonly string[] };
  /** Cuts the replica off, and once `accepted` is over kills the primary: the replica becomes one, and has not what came last. */
  readonly failOver: (accepted: Promise<unknown>) => Promise<void>;
  /** The one that was killed comes back, as the replica of the other. */
  readonly rejoin: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

/** Starts all three. */
export async function startFailingRedis(): Promise<FailingRedis> {
  const servers: RedisSentinel = await startRedisSentinel();
  const { sentinels, masterName } = servers;
  let [primary, replica] = [servers.master, servers.replica];
  return {
    sentinel: { name: masterName, nodes: sentinels.map(({ url }) => url) },
    failOver: async (accepted) => {
      replica.pause();
      await accepted;
      await primary.kill();
      replica.resume();
      await eventually("the replica is the primary", () => replicationHas(replica.url, "role:master"), 60_000);
      [primary, replica] = [replica, primary];
    },
    rejoin: async () => {
      await replica.restart();
      await eventually("the old primary follows", () => replicationHas(replica.url, "master_link_status:up"), 60_000);
    },
    stop: servers.stop,
  };
}

async function replicationHas(url: string, word: string): Promise<boolean> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return String(await client.sendCommand(["INFO", "replication"])).includes(word);
  } catch {
    return false;
  } finally {
    client.destroy();
  }
}
