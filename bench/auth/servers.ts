import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startPostgres } from "../../packages/server/test/support/servers/postgresServer.ts";
import { startRedis } from "../../packages/server/test/support/servers/redisServer.ts";

/** Where the parts keep things: a PostgreSQL and a Redis of the benchmark's own, and a folder. */
export type Servers = { readonly postgres: string; readonly redis: string; readonly folder: string };

/** Starts them on free ports of 127.0.0.1. PostgreSQL syncs at each commit, Redis keeps nothing on disk. */
export async function startServers(): Promise<Servers & { readonly stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "cardea-bench-auth-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  return {
    postgres: postgres.url,
    redis: redis.url,
    folder,
    stop: async () => {
      await Promise.all([postgres.stop(), redis.stop()]);
    },
  };
}
