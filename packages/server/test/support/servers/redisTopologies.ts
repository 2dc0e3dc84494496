import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually } from "./eventually.ts";
import { freePort } from "./freePort.ts";
import { type RedisServer, startRedis } from "./redisServer.ts";
import { newDataFolder, startServer } from "./serverProgram.ts";

/** A cluster of three masters without replicas, each with a third of the slots. */
export type RedisCluster = {
  readonly nodes: readonly RedisServer[];
  readonly urls: readonly string[];
  readonly stop: () => Promise<void>;
};

/** Starts a cluster and waits until every node calls it whole; some 3 s, most of which Redis insists on. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const nodes = await Promise.all([startNode(), startNode(), startNode()]);
  const addresses = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await redisCli(["--cluster", "create", ...addresses, "--cluster-yes"]);
  for (const { port } of nodes) {
    await eventually(`node ${port} calls the cluster whole`, async () =>
      (await redisCli(["-p", String(port), "cluster", "info"])).includes("cluster_state:ok"),
    );
  }
  return { nodes, urls: nodes.map(({ url }) => url), stop: () => stopAll(nodes) };
}

async function startNode(): Promise<RedisServer> {
  const settings = { "cluster-enabled": "yes", "cluster-port": await freePort(), "cluster-node-timeout": 2000 };
  return startRedis({ settings });
}

/** A master with one replica, watched by sentinels. Which of the two is the master changes when the sentinels fail over. */
export type RedisSentinel = {
  readonly master: RedisServer;
  readonly replica: RedisServer;
  readonly sentinels: readonly RedisServer[];
  /** The name by which clients ask sentinels for the master. */
  readonly masterName: string;
  readonly stop: () => Promise<void>;
};

const masterName = "cardea";

/** Starts master, replica and sentinels, and waits until they know each other. Sentinels fail over after half a second without the master. */
export async function startRedisSentinel({ sentinels: count = 1 } = {}): Promise<RedisSentinel> {
  const master = await startRedis();
  const replica = await startRedis({ settings: { replicaof: `127.0.0.1 ${master.port}` } });
  const sentinels = await Promise.all(Array.from({ length: count }, () => startSentinel(master.port, count)));
  for (const { port } of sentinels) {
    await eventually(`the sentinel ${port} knows the others`, async () => {
      const known = await redisCli(["-p", String(port), "info", "sentinel"]);
      return known.includes(`status=ok,address=127.0.0.1:${master.port},slaves=1,sentinels=${count}`);
    });
  }
  return { master, replica, sentinels, masterName, stop: () => stopAll([...sentinels, replica, master]) };
}

async function startSentinel(masterPort: number, count: number): Promise<RedisServer> {
  const port = await freePort();
  const folder = newDataFolder("sentinel");
  const file = join(folder, "sentinel.conf");
  const quorum = Math.floor(count / 2) + 1;
  writeFileSync(
    file,
    `port ${port}
bind 127.0.0.1
dir ${folder}
sentinel monitor ${masterName} 127.0.0.1 ${masterPort} ${quorum}
sentinel down-after-milliseconds ${masterName} 500
sentinel failover-timeout ${masterName} 2000
`,
  );
  const controls = await startServer({
    command: "redis-server",
    args: [file, "--sentinel"],
    folder,
    isReady: /\+monitor master/,
    quit: "SIGTERM",
  });
  return { ...controls, port, url: `redis://127.0.0.1:${port}` };
}

const stopAll = async (servers: readonly RedisServer[]): Promise<void> => {
  await Promise.all(servers.map((server) => server.stop()));
};

const run = promisify(execFile);
const redisCli = async (args: readonly string[]): Promise<string> => (await run("redis-cli", [...args])).stdout;
