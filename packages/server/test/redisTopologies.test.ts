import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "redis";
import { memory } from "../src/store/memory/memory.ts";
import type { SessionCacheFactory, Store } from "../src/store/ports.ts";
import { redis } from "../src/store/redis/redis.ts";
import { realWorld } from "../src/world.ts";
import { redisCommand } from "./support/redisCommand.ts";
import { type Instance, openInstance, type SignedIn } from "./support/redisInstances.ts";
import {
  type RedisCluster,
  type RedisSentinel,
  startRedisCluster,
  startRedisSentinel,
} from "./support/servers/redisTopologies.ts";
import { redisSoftware, whereInstalled } from "./support/servers/software.ts";

whereInstalled([redisSoftware], "Redis Cluster and Sentinel", () => {
  describe("a cluster of three", () => {
    let cluster: RedisCluster;
    before(async () => {
      cluster = await startRedisCluster();
    });
    after(() => cluster.stop());

    test("has sessions on every node, finds them there and drops them there", () =>
      pair(redis({ cluster: cluster.urls }, { deadline: "1s" }), async ({ here, there }) => {
        const sessions = await signIns(here, 60);
        for (const instance of [here, there]) await checks(instance, sessions);
        const sizes = await Promise.all(cluster.nodes.map(({ url }) => redisCommand(url, "DBSIZE")));
        assert.equal(
          sizes.reduce<number>((sum, size) => sum + Number(size), 0),
          60,
        );
        assert.ok(sizes.every((size) => Number(size) > 0));
        const reads = there.recordReads();
        assert.ok((await checks(there, sessions)).every(Boolean));
        assert.equal(there.recordReads(), reads);
        await here.setRoles("ada", ["admin"]);
        assert.ok((await checks(there, sessions)).every((roles) => String(roles) === "admin"));
        await Promise.all(sessions.map(({ sessionId }) => here.signOut(sessionId)));
        assert.ok(!(await checks(there, sessions)).some(Boolean));
      }));

    test("counts attempts, whatever is in the key", () =>
      pair(redis({ cluster: cluster.urls }, { deadline: "1s" }), async ({ here, there }) => {
        const span = { now: realWorld.now(), endsAt: realWorld.now() + 60_000, restart: false };
        for (const key of ["a", "{b}c", "{}", "ü x\r\nDEL y"]) {
          assert.equal((await here.store.counters.add(key, 1, span)).points, 1);
          assert.equal((await there.store.counters.add(key, 1, span)).points, 2);
        }
      }));

    test("goes on when sessions move to another node", () =>
      pair(redis({ cluster: cluster.urls }, { deadline: "1s" }), async ({ here }) => {
        const sessions = await signIns(here, 30);
        await checks(here, sessions);
        await moveEverySlot(cluster);
        const reads = here.recordReads();
        assert.ok((await checks(here, sessions)).every(Boolean));
        assert.equal(here.recordReads(), reads);
      }));

    test("a node that is killed costs no session and brings none back", () =>
      pair(redis({ cluster: cluster.urls }, { deadline: "1s" }), async ({ here, there }) => {
        const kept = await signIns(here, 30);
        const ended = await signIns(here, 30);
        for (const instance of [here, there]) await checks(instance, [...kept, ...ended]);
        const [node] = cluster.nodes;
        await node?.kill();
        const holds = async (): Promise<void> => {
          for (const instance of [here, there]) {
            await instance.poll();
            assert.ok((await checks(instance, kept)).every(Boolean));
            assert.ok(!(await checks(instance, ended)).some(Boolean));
          }
        };
        await Promise.all(ended.map(({ sessionId }) => here.signOut(sessionId)));
        await holds();
        await node?.restart();
        await untilItUsesRedis(here, kept);
        await holds();
      }));
  });

  describe("a master that sentinels watch", () => {
    let sentinel: RedisSentinel;
    before(async () => {
      sentinel = await startRedisSentinel();
    });
    after(() => sentinel.stop());

    test("F-01: a failover that loses the end of a session does not bring it back", async () => {
      const { master, replica, sentinels, masterName } = sentinel;
      const cache = redis(
        { sentinel: { name: masterName, nodes: sentinels.map(({ url }) => url) } },
        { deadline: "1s" },
      );
      await pair(cache, async ({ here, there }) => {
        const [kept, ended] = [await signIns(here, 5), await signIns(here, 5)];
        for (const instance of [here, there]) await checks(instance, [...kept, ...ended]);
        await replicated(master.url);
        replica.pause();
        // What is on its way already would still arrive.
        await redisCommand(master.url, "CLIENT", "KILL", "TYPE", "replica");
        await Promise.all(ended.map(({ sessionId }) => here.signOut(sessionId)));
        await master.kill();
        replica.resume();
        await promoted(replica.url);
        await untilItUsesRedis(here, kept);
        await untilItUsesRedis(there, kept);
        // The replica never heard of the end: without the log, these would be accepted.
        for (const { sessionId } of ended) {
          assert.equal(await redisCommand(replica.url, "EXISTS", `cardea:{${sessionId}}`), 1);
        }
        await there.poll();
        for (const instance of [here, there]) {
          assert.ok(!(await checks(instance, ended)).some(Boolean));
          assert.ok((await checks(instance, kept)).every(Boolean));
        }
        for (const { sessionId } of ended) {
          assert.equal(await redisCommand(replica.url, "EXISTS", `cardea:{${sessionId}}`), 0);
        }
      });
    });
  });
});

type Pair = { readonly here: Instance; readonly there: Instance };

/** Two instances over one record, with ada signed up. */
async function pair(cache: SessionCacheFactory, play: (pair: Pair) => Promise<void>): Promise<void> {
  const record: Store = await memory().open(realWorld);
  const [here, there] = [await openInstance(record, cache), await openInstance(record, cache)];
  try {
    await here.signUp("ada");
    await play({ here, there });
  } finally {
    await here.close();
    await there.close();
  }
}

const signIns = (instance: Instance, count: number): Promise<SignedIn[]> =>
  Promise.all(Array.from({ length: count }, () => instance.signIn("ada")));

const checks = (instance: Instance, sessions: readonly SignedIn[]): Promise<unknown[]> =>
  Promise.all(sessions.map(({ token }) => instance.check(token)));

/** Until none of the sessions is looked up in the record any more. */
async function untilItUsesRedis(instance: Instance, sessions: readonly SignedIn[]): Promise<void> {
  for (let before = -1; before !== instance.recordReads(); await delay(10)) {
    before = instance.recordReads();
    await checks(instance, sessions);
  }
}

async function replicated(url: string): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  await client.set("written", "last");
  assert.equal(await client.wait(1, 5000), 1);
  client.destroy();
}

async function promoted(url: string): Promise<void> {
  for (let role: unknown; role !== "master"; await delay(50)) {
    // Sentinels cut the connections of a Redis that they give another role.
    const answer = await redisCommand(url, "ROLE").catch(() => undefined);
    role = Array.isArray(answer) ? answer[0] : undefined;
  }
}

/** Takes what the first node has to the second, key by key. */
async function moveEverySlot({ nodes }: RedisCluster): Promise<void> {
  const [from, to] = nodes;
  if (!from || !to) throw new Error("no nodes");
  const [fromId, toId] = await Promise.all([
    redisCommand(from.url, "CLUSTER", "MYID"),
    redisCommand(to.url, "CLUSTER", "MYID"),
  ]);
  const keys = await redisCommand(from.url, "KEYS", "*");
  for (const key of Array.isArray(keys) ? keys.map(String) : []) {
    const slot = String(await redisCommand(from.url, "CLUSTER", "KEYSLOT", key));
    await redisCommand(to.url, "CLUSTER", "SETSLOT", slot, "IMPORTING", String(fromId));
    await redisCommand(from.url, "CLUSTER", "SETSLOT", slot, "MIGRATING", String(toId));
    const inSlot = await redisCommand(from.url, "CLUSTER", "GETKEYSINSLOT", slot, "100");
    const moved = Array.isArray(inSlot) ? inSlot.map(String) : [];
    if (moved.length > 0) {
      await redisCommand(from.url, "MIGRATE", "127.0.0.1", String(to.port), "", "0", "5000", "KEYS", ...moved);
    }
    for (const { url } of [to, from]) await redisCommand(url, "CLUSTER", "SETSLOT", slot, "NODE", String(toId));
  }
}
