import { freePort } from "./freePort.ts";
import { type Controls, newDataFolder, startServer } from "./serverProgram.ts";

/** A Redis of the test's own, on a free port of 127.0.0.1. */
export type RedisServer = Controls & { readonly port: number; readonly url: string };

/** How it differs from the default, which keeps nothing on disk: a Redis that restarts is empty. */
export type RedisOptions = {
  /** True: append-only file with a sync at each write, so that what was acknowledged survives a kill. */
  readonly persistent?: boolean;
  /** Settings of redis.conf, such as `maxmemory`. */
  readonly settings?: Readonly<Record<string, string | number>>;
};

/**
 * Starts one. Stop it in an `after` hook; it does not outlive the test process in any case. Use it within
 * `whereInstalled([redisSoftware], …)`.
 */
export async function startRedis({ persistent = false, settings = {} }: RedisOptions = {}): Promise<RedisServer> {
  const port = await freePort();
  const folder = newDataFolder("redis");
  const appended = persistent ? { appendonly: "yes", appendfsync: "always" } : { appendonly: "no" };
  const all = { port, bind: "127.0.0.1", dir: folder, save: "", ...appended, ...settings };
  const controls = await startServer({
    command: "redis-server",
    args: Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]),
    folder,
    isReady: /Ready to accept connections/,
    quit: "SIGTERM",
  });
  return { ...controls, port, url: `redis://127.0.0.1:${port}` };
}
