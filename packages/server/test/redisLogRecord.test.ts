import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Store } from "../src/store/ports.ts";
import { redisLog } from "../src/store/redis/log/redisLog.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";
import { redisCommand } from "./support/redisCommand.ts";
import { sessionEntry as entry, revokingCalls } from "./support/revokingCalls.ts";
import { type RedisServer, startRedis } from "./support/servers/redisServer.ts";
import { redisSoftware, whereInstalled } from "./support/servers/software.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-redis-record-"));
after(() => rmSync(folder, { recursive: true }));
let names = 0;
const newName = (): string => `record${names++}`;

/** A record on a file with its log in a Redis. */
async function opened(url: string, name: string): Promise<{ readonly store: Store; readonly record: Store }> {
  const record = await sqlite(join(folder, `${name}.db`)).open(realWorld);
  const store = await redisLog(url, { prefix: name, replicas: "none", deadline: "5s" }).carry(record, {
    world: realWorld,
    onEvent: () => undefined,
  });
  return { store, record };
}

whereInstalled([redisSoftware], "a log in Redis and its record", () =>
  describe("a log in Redis and its record", () => {
    let server: RedisServer;
    before(async () => {
      server = await startRedis();
    });
    after(() => server.stop());

    test("whatever revokes is answered when Redis has it, before anybody reads", async () => {
      const name = newName();
      const { store } = await opened(server.url, name);
      for (const [index, way] of revokingCalls(store).entries()) {
        await way();
        assert.equal(await redisCommand(server.url, "ZCARD", `{${name}:log}:entries`), index + 1, `${way}`);
        assert.equal(await redisCommand(server.url, "HGET", `{${name}:log}:head`, "pos"), String(index + 1));
      }
      await store.close();
    });

    test("what Redis has of a store that was made anew since is not read as the log of this one", async () => {
      const name = newName();
      const before = await opened(server.url, name);
      for (const key of ["a", "b", "c"]) await before.store.revocations.append([entry(key)]);
      await before.store.close();
      for (const suffix of ["", "-wal", "-shm", ".lineage"])
        rmSync(join(folder, `${name}.db${suffix}`), { force: true });
      const { store, record } = await opened(server.url, name);
      const { head, entries } = await store.revocations.read(0, 10);
      assert.deepEqual([head.pos, entries], [0, []]);
      assert.equal(head.epoch.startsWith((await record.revocations.read(0, 1)).head.epoch), true);
      assert.equal((await store.revocations.append([entry("d")])).pos, 1);
      assert.deepEqual(
        (await store.revocations.read(0, 10)).entries.map(({ key }) => key),
        ["d"],
      );
      await store.close();
    });
  }),
);
