import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { storeConformance } from "cardea/store-conformance";
import { createClient } from "redis";
import type { SecurityEvent } from "../src/event.ts";
import type { Store } from "../src/store/ports.ts";
import { postgres } from "../src/store/postgres/postgres.ts";
import { redis } from "../src/store/redis/redis.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";
import { type PostgresServer, startPostgres } from "./support/servers/postgresServer.ts";
import { type RedisServer, startRedis } from "./support/servers/redisServer.ts";
import { postgresSoftware, redisSoftware, whereInstalled } from "./support/servers/software.ts";

/** A fault would mean that the record did the work. */
const events: SecurityEvent[] = [];
const onEvent = (event: SecurityEvent): unknown => events.push(event);

whereInstalled([redisSoftware], "the conformance of stores with Redis in front", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-redis-conformance-"));
  let server: RedisServer;
  let stores = 0;
  before(async () => {
    server = await startRedis();
  });
  after(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const openRecord = (file: string): Promise<Store> => sqlite(join(folder, file)).open(realWorld);
  const withCache = (record: Store, prefix: string): Promise<Store> =>
    redis(server.url, { prefix, deadline: "5s" }).over(record, { world: realWorld, onEvent });

  const openTwo = async (): Promise<readonly [Store, Store]> => {
    const name = `pair${stores++}`;
    return [await withCache(await openRecord(name), name), await withCache(await openRecord(name), name)];
  };
  const single = async (): Promise<Store> => {
    const name = `single${stores++}`;
    return withCache(await openRecord(name), name);
  };
  const pair = async (): Promise<Store> => {
    const [here, there] = await openTwo();
    return {
      ...here,
      people: { ...here.people, findByToken: there.people.findByToken },
      counters: { ...here.counters, find: there.counters.find },
      prune: async (...until) => {
        await there.prune(...until);
        await here.prune(...until);
      },
      close: async () => {
        await here.close();
        await there.close();
      },
    };
  };
  storeConformance("redis over sqlite", single, openTwo);
  storeConformance("two processes with redis over one sqlite", pair, openTwo);

  test("the suites looked tokens up in redis", async () => {
    const client = await createClient({ url: server.url }).connect();
    const stats = await client.info("stats");
    client.destroy();
    assert.match(stats, /keyspace_hits:[1-9]/);
    assert.deepEqual(events, []);
  });
});

whereInstalled([redisSoftware, postgresSoftware], "the conformance of Postgres with Redis in front", () => {
  let cache: RedisServer;
  let record: PostgresServer;
  let stores = 0;
  before(async () => {
    [cache, record] = await Promise.all([startRedis(), startPostgres({ fsync: false })]);
  });
  after(() => Promise.all([cache.stop(), record.stop()]));

  const openAt = async (url: string): Promise<Store> =>
    redis(cache.url, { prefix: `p${stores++}`, deadline: "5s" }).over(await postgres(url).open(realWorld), {
      world: realWorld,
      onEvent,
    });
  storeConformance(
    "redis over postgres",
    async () => openAt(await record.newDatabase()),
    async () => {
      const url = await record.newDatabase();
      return [await openAt(url), await openAt(url)];
    },
  );
});
