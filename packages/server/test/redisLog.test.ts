import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { storeConformance } from "cardea/store-conformance";
import type { SecurityEvent } from "../src/event.ts";
import { epochLead, type Store } from "../src/store/ports.ts";
import { postgres } from "../src/store/postgres/postgres.ts";
import { type RedisLogOptions, redisLog } from "../src/store/redis/log/redisLog.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";
import { newPerson, newService, startIssuer } from "./support/issuer.ts";
import { redisCommand } from "./support/redisCommand.ts";
import { sessionEntry as entry } from "./support/revokingCalls.ts";
import { eventually } from "./support/servers/eventually.ts";
import { type PostgresServer, startPostgres } from "./support/servers/postgresServer.ts";
import { type RedisServer, startRedis } from "./support/servers/redisServer.ts";
import { postgresSoftware, redisSoftware, whereInstalled } from "./support/servers/software.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-redis-log-"));
after(() => rmSync(folder, { recursive: true }));
let names = 0;
const newName = (): string => `log${names++}`;

type Opened = { readonly store: Store; readonly record: Store; readonly events: readonly SecurityEvent[] };

/** A record on a file with its log in a Redis. */
async function opened(url: string, name: string, options: RedisLogOptions = {}): Promise<Opened> {
  const events: SecurityEvent[] = [];
  const record = await sqlite(join(folder, `${name}.db`)).open(realWorld);
  const store = await redisLog(url, { prefix: name, replicas: "none", deadline: "5s", ...options }).carry(record, {
    world: realWorld,
    onEvent: (event) => events.push(event),
  });
  return { store, record, events };
}

const keysIn = async ({ revocations }: Store): Promise<readonly string[]> =>
  (await revocations.read(0, 1000)).entries.map(({ key }) => key);

const toldOf = (events: readonly SecurityEvent[]): string =>
  events.map((event) => (event.type === "fault" ? String(event.error) : event.type)).join("\n");

whereInstalled([redisSoftware, postgresSoftware], "the conformance of stores with their log in Redis", () => {
  let server: RedisServer;
  let database: PostgresServer;
  before(async () => {
    [server, database] = await Promise.all([startRedis(), startPostgres({ fsync: false })]);
  });
  after(() => Promise.all([server.stop(), database.stop()]));

  storeConformance(
    "sqlite, log in redis",
    async () => (await opened(server.url, newName())).store,
    async () => {
      const name = newName();
      return [(await opened(server.url, name)).store, (await opened(server.url, name)).store];
    },
  );
  const onPostgres = async (url: string, prefix: string): Promise<Store> =>
    redisLog(server.url, { prefix, replicas: "none", deadline: "5s" }).carry(await postgres(url).open(realWorld), {
      world: realWorld,
      onEvent: () => undefined,
    });
  storeConformance(
    "postgres, log in redis",
    async () => onPostgres(await database.newSchema(), newName()),
    async () => {
      const [url, name] = [await database.newDatabase(), newName()];
      return [await onPostgres(url, name), await onPostgres(url, name)];
    },
  );
});

whereInstalled([redisSoftware], "a log in Redis that lost something", () => {
  describe("a log in Redis that lost something", () => {
    let server: RedisServer;
    before(async () => {
      server = await startRedis();
    });
    after(() => server.stop());

    for (const [what, args] of [
      ["everything", ["FLUSHALL"]],
      ["its entries, as by eviction", ["DEL", "{NAME:log}:entries"]],
      ["its head, as by eviction", ["DEL", "{NAME:log}:head"]],
    ] as const) {
      test(`${what}: it has all of it again before the next read is answered, at the same positions`, async () => {
        const name = newName();
        const [here, there] = [await opened(server.url, name), await opened(server.url, name)];
        for (const key of ["a", "b", "c"]) await here.store.revocations.append([entry(key)]);
        const before = await there.store.revocations.read(0, 10);
        await redisCommand(server.url, ...args.map((arg) => arg.replace("NAME", name)));
        assert.deepEqual(await there.store.revocations.read(0, 10), before);
        assert.equal((await here.store.revocations.append([entry("d")])).pos, 4);
        assert.deepEqual(await keysIn(there.store), ["a", "b", "c", "d"]);
        await Promise.all([here.store.close(), there.store.close()]);
      });
    }

    test("what a process left in the record when it died is there for the next read of another", async () => {
      const name = newName();
      const { store, record } = await opened(server.url, name);
      await store.revocations.append([entry("a")]);
      // As far as a change comes whose process is killed after the commit.
      await record.revocations.append([entry("b")]);
      assert.deepEqual(await keysIn(store), ["a", "b"]);
      await store.close();
    });

    test("a restart of Redis gives the log another epoch", async () => {
      const own = await startRedis();
      const { store } = await opened(own.url, newName());
      const { epoch } = await store.revocations.append([entry("a")]);
      await own.restart();
      const after = await store.revocations.read(0, 10);
      assert.notEqual(after.head.epoch, epoch);
      assert.deepEqual(
        after.entries.map(({ key, pos }) => [key, pos]),
        [["a", 1]],
      );
      await store.close();
      await own.stop();
    });

    test("a record that lost its end begins anew: what is in Redis shows it", async () => {
      const name = newName();
      const { store } = await opened(server.url, name);
      for (const key of ["a", "b", "c"]) await store.revocations.append([entry(key)]);
      const { head } = await store.revocations.read(0, 10);
      const file = new DatabaseSync(join(folder, `${name}.db`));
      file.exec("DELETE FROM revocations WHERE pos > 1; UPDATE revocation_head SET pos = 1");
      file.close();
      const next = await store.revocations.append([entry("d")]);
      assert.notEqual(next.epoch, head.epoch);
      assert.equal(next.pos, head.pos + epochLead);
      assert.deepEqual(await keysIn(store), ["a", "d"]);
      await store.close();
    });

    test("a Redis that is away makes a read wait for better times, and a change is accepted", async () => {
      const own = await startRedis();
      const { store, record, events } = await opened(own.url, newName(), { deadline: "200ms" });
      await store.revocations.append([entry("a")]);
      await own.kill();
      assert.equal((await store.revocations.append([entry("b")])).pos, 2);
      assert.equal(store.revocations.isReplicated?.(), false);
      assert.match(toldOf(events), /accepted and not replicated/);
      await assert.rejects(store.revocations.read(0, 10), { name: "StoreBusyError", message: /Redis does not keep/ });
      assert.deepEqual(await keysIn(record), ["a", "b"]);
      await own.restart();
      await eventually("it is back", async () =>
        keysIn(store).then(
          (keys) => keys.length === 2,
          () => false,
        ),
      );
      await store.revocations.append([entry("c")]);
      assert.equal(store.revocations.isReplicated?.(), true);
      await store.close();
      await own.stop();
    });
  });
});

whereInstalled([redisSoftware], "a failover of the log in Redis", () => {
  describe("a log on a primary with a replica", () => {
    let primary: RedisServer;
    let replica: RedisServer;
    before(async () => {
      primary = await startRedis();
      replica = await startRedis({ settings: { replicaof: `127.0.0.1 ${primary.port}` } });
      await eventually("the replica follows", async () =>
        String(await redisCommand(primary.url, "INFO", "replication")).includes("state=online"),
      );
    });
    after(() => Promise.all([primary.stop(), replica.stop()]));

    test("what the replica has is replicated; what it has not is accepted, and it is said", async () => {
      const { store, events } = await opened(primary.url, newName(), { replicas: 1, waitFor: "5s" });
      await store.revocations.append([entry("a")]);
      assert.equal(store.revocations.isReplicated?.(), true);
      assert.deepEqual(events, []);
      await store.close();

      const hasty = await opened(primary.url, newName(), { replicas: 1, waitFor: "50ms" });
      replica.pause();
      assert.equal((await hasty.store.revocations.append([entry("b")])).pos, 1);
      assert.equal(hasty.store.revocations.isReplicated?.(), false);
      assert.match(toldOf(hasty.events), /accepted and not replicated/);
      replica.resume();
      await eventually("the replica is there again", async () => {
        await hasty.store.revocations.append([entry("c")]);
        return hasty.store.revocations.isReplicated?.() === true;
      });
      await hasty.store.close();
    });

    test("POST /revocation says that it is not replicated", async () => {
      const issuer = await startIssuer({
        store: sqlite(join(folder, `${newName()}.db`)),
        revocation: { log: redisLog(primary.url, { prefix: newName(), replicas: 2, waitFor: "20ms" }) },
      });
      const service = await newService(issuer.auth, ["revocation:write"]);
      const { status, body } = await issuer.post("/revocation", { kind: "tenant", key: "acme" }, service);
      assert.deepEqual([status, body.replicated], [200, false]);
      assert.match(toldOf(issuer.events), /accepted and not replicated/);
      const person = await newPerson(issuer);
      assert.equal((await issuer.post("/sign-out", undefined, person.bearer)).status, 204);
      assert.equal((await issuer.get("/me", person.bearer)).status, 401);
      await issuer.close();
    });

    test("after a failover that lost the end, the epoch is another and nothing is lacking", async () => {
      const name = newName();
      const before = await opened(primary.url, name, { replicas: 1, waitFor: "5s" });
      await before.store.revocations.append([entry("a")]);
      // As behind a cut network: the replica is promoted while the primary goes on.
      await redisCommand(replica.url, "REPLICAOF", "NO", "ONE");
      const hasty = await opened(primary.url, name, { replicas: 1, waitFor: "20ms" });
      const { epoch, pos } = await hasty.store.revocations.append([entry("lost")]);
      assert.equal(hasty.store.revocations.isReplicated?.(), false);
      await primary.kill();
      assert.deepEqual(await redisCommand(replica.url, "ZRANGE", `{${name}:log}:entries`, "0", "-1"), [
        '[1,"session","a",1900000000000]',
      ]);

      const afterwards = await opened(replica.url, name);
      const slice = await afterwards.store.revocations.read(0, 10);
      assert.notEqual(slice.head.epoch, epoch);
      assert.equal(slice.head.pos, pos);
      assert.deepEqual(
        slice.entries.map(({ key }) => key),
        ["a", "lost"],
      );
      await Promise.all([before, hasty, afterwards].map(({ store }) => store.close()));
    });

    test("who still talks to the deposed primary gets no answer from before a revocation", async () => {
      // The two know nothing of each other any more, as on both sides of a cut network.
      await primary.restart();
      const name = newName();
      const [left, right] = [await opened(primary.url, name), await opened(replica.url, name)];
      for (const [index, { store }] of [left, right, left].entries())
        await store.revocations.append([entry(`k${index}`)]);
      for (const { store } of [left, right]) assert.deepEqual(await keysIn(store), ["k0", "k1", "k2"]);
      await Promise.all([left.store.close(), right.store.close()]);
    });
  });
});
