import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { createClient } from "redis";
import { redis } from "../src/store/redis/redis.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";
import { type Instance, openInstance, type SignedIn } from "./support/redisInstances.ts";
import { type RedisServer, startRedis } from "./support/servers/redisServer.ts";
import { redisSoftware, whereInstalled } from "./support/servers/software.ts";

whereInstalled([redisSoftware], "faults of Redis", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-redis-outage-"));
  after(() => rmSync(folder, { recursive: true }));
  let files = 0;

  type Scene = { readonly server: RedisServer; readonly here: Instance; readonly there: Instance };

  /** Two instances over one SQLite file and one Redis, for as long as the play takes. */
  async function scene(play: (scene: Scene) => Promise<void>, deadline: "100ms" | "2s" = "100ms"): Promise<void> {
    const server = await startRedis();
    const file = join(folder, `${files++}.db`);
    const open = async (): Promise<Instance> =>
      openInstance(await sqlite(file).open(realWorld), redis(server.url, { deadline }));
    const [here, there] = [await open(), await open()];
    try {
      await here.signUp("ada");
      await play({ server, here, there });
    } finally {
      await here.close();
      await there.close();
      await server.stop();
    }
  }

  const signIns = (instance: Instance, count: number): Promise<SignedIn[]> =>
    Promise.all(Array.from({ length: count }, () => instance.signIn("ada")));

  const checks = (instance: Instance, sessions: readonly SignedIn[]): Promise<unknown[]> =>
    Promise.all(sessions.map(({ token }) => instance.check(token)));

  /** Until the instance looks tokens up in Redis again. */
  async function untilItUsesRedis(instance: Instance, { token }: SignedIn): Promise<void> {
    for (let before = -1; before !== instance.recordReads(); await delay(10)) {
      before = instance.recordReads();
      assert.notEqual(await instance.check(token), undefined);
    }
  }

  /** Each breaks Redis, and answers with how to mend it. */
  const faults: Readonly<Record<string, (server: RedisServer) => Promise<() => Promise<void>>>> = {
    "F-01: killed, and back empty": async (server) => {
      await server.kill();
      return server.restart;
    },
    paused: async (server) => {
      server.pause();
      return async () => {
        await delay(3000);
        server.resume();
      };
    },
    "full, with noeviction": async ({ url }) => {
      await command(url, "CONFIG", "SET", "maxmemory", "1");
      return () => command(url, "CONFIG", "SET", "maxmemory", "0");
    },
    "emptied under us": async ({ url }) => {
      await command(url, "FLUSHALL");
      return async () => undefined;
    },
    "cutting every connection": async ({ url }) => {
      await command(url, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      return async () => undefined;
    },
    "read-only, as a master that became a replica": async ({ url }) => {
      await command(url, "REPLICAOF", "127.0.0.1", "1");
      return () => command(url, "REPLICAOF", "NO", "ONE");
    },
    "closed to us by its access list": async ({ url }) => {
      await command(url, "ACL", "SETUSER", "default", "-hget", "-eval", "-del");
      return () => command(url, "ACL", "SETUSER", "default", "+hget", "+eval", "+del");
    },
  };

  for (const [fault, strike] of Object.entries(faults)) {
    test(`${fault}: no session is lost, and none that was ended comes back`, () =>
      scene(async ({ server, here, there }) => {
        const kept = await signIns(here, 10);
        const [endedBefore, endedMeanwhile, endedAfter] = await Promise.all([
          signIns(here, 5),
          signIns(here, 5),
          signIns(here, 5),
        ]);
        const signOut = (sessions: readonly SignedIn[]): Promise<unknown> =>
          Promise.all(sessions.map(({ sessionId }) => here.signOut(sessionId)));
        const all = [...kept, ...endedBefore, ...endedMeanwhile, ...endedAfter];
        for (const instance of [here, there]) await checks(instance, all);
        await signOut(endedBefore);

        const mend = await strike(server);
        const holds = async (ended: readonly SignedIn[]): Promise<void> => {
          assert.ok((await checks(here, kept)).every(Boolean));
          assert.ok(!(await checks(here, ended)).some(Boolean), "where it was ended");
          await there.poll();
          assert.ok((await checks(there, kept)).every(Boolean));
          assert.ok(!(await checks(there, ended)).some(Boolean), "elsewhere");
        };
        await holds(endedBefore);
        await signOut(endedMeanwhile);
        await holds([...endedBefore, ...endedMeanwhile]);
        kept.push(...(await signIns(there, 3)));
        await holds([...endedBefore, ...endedMeanwhile]);

        await mend();
        await holds([...endedBefore, ...endedMeanwhile]);
        const [witness] = kept;
        if (!witness) throw new Error("no session");
        for (const instance of [here, there]) await untilItUsesRedis(instance, witness);
        await signOut(endedAfter);
        await holds([...endedBefore, ...endedMeanwhile, ...endedAfter]);
      }));
  }

  test("F-01: under load, one fault after the other: no session is lost, and none that was ended comes back", () =>
    scene(async ({ server, here, there }) => {
      const live = new Set(await signIns(here, 20));
      const ended = new Set<SignedIn>();
      const instances = [here, there];
      let version = 0;
      let isOver = false;

      /** Every session that was ended before a poll is refused after it; every other is there before and after. */
      async function check(instance: Instance): Promise<void> {
        const [dead, kept] = [[...ended].slice(-30), [...live]];
        await instance.poll();
        const outcomes = await checks(instance, [...dead, ...kept]);
        assert.ok(!outcomes.slice(0, dead.length).some(Boolean), "an ended session was accepted");
        const lost = kept.filter((session, index) => live.has(session) && !outcomes[dead.length + index]);
        assert.deepEqual(lost, []);
      }
      async function end(instance: Instance): Promise<void> {
        const [session] = live;
        if (!session) return;
        live.delete(session);
        await instance.signOut(session.sessionId);
        ended.add(session);
        assert.equal(await instance.check(session.token), undefined);
      }
      async function work(instance: Instance): Promise<void> {
        while (!isOver) {
          await nextTurn();
          live.add(await instance.signIn("ada"));
          await check(instance);
          await end(instance);
        }
      }
      /** Its own changes are never unseen. */
      async function changeRoles(instance: Instance): Promise<void> {
        const { token } = await instance.signIn("ada");
        while (!isOver) {
          await nextTurn();
          version += 1;
          await instance.setRoles("ada", [`v${version}`]);
          for (let time = 0; time < 3; time++) assert.deepEqual(await instance.check(token), [`v${version}`]);
        }
      }
      async function strikeAll(): Promise<void> {
        for (const strike of Object.values(faults)) {
          const mend = await strike(server);
          await delay(150);
          await mend();
          await delay(150);
        }
        isOver = true;
      }
      await Promise.all([...instances.flatMap((each) => [work(each), work(each)]), changeRoles(here), strikeAll()]);
      assert.ok(ended.size > 20 && version > 20, `${ended.size} ended, ${version} versions`);
    }));

  test("a change that a paused Redis could not be told of is never unseen where it was made, and is seen elsewhere before Redis is used again", () =>
    scene(async ({ server, here, there }) => {
      const ada = await here.signIn("ada");
      for (const instance of [here, there]) await instance.check(ada.token);
      server.pause();
      // What is on its way to a paused Redis still arrives; so the change comes when nothing is sent any more.
      await here.check(ada.token);
      await here.setRoles("ada", ["admin"]);
      assert.deepEqual(await here.check(ada.token), ["admin"]);
      server.resume();
      const before = here.recordReads();
      for (let roles: unknown = []; here.recordReads() === before || roles === undefined; await delay(5)) {
        roles = await here.check(ada.token);
        assert.deepEqual(roles, ["admin"]);
      }
      await untilItUsesRedis(here, ada);
      assert.deepEqual(await here.check(ada.token), ["admin"]);
      assert.deepEqual(await there.check(ada.token), ["admin"]);
    }));

  test("an outage costs one deadline, not one for each check", { timeout: 60_000 }, () =>
    scene(async ({ server, here }) => {
      const ada = await here.signIn("ada");
      await here.check(ada.token);
      server.pause();
      // At two seconds each, this would take more than a quarter of an hour.
      for (let check = 0; check < 500; check++) assert.notEqual(await here.check(ada.token), undefined);
      server.resume();
    }, "2s"),
  );

  test("an outage is told once, without a word of what was asked", () =>
    scene(async ({ server, here }) => {
      const ada = await here.signIn("ada");
      await server.kill();
      for (let check = 0; check < 20; check++) await here.check(ada.token);
      const faults = here.events.filter(({ type }) => type === "fault");
      assert.equal(faults.length, 1);
      const [fault] = faults;
      assert.match(String(fault?.type === "fault" && fault.error), /Redis does not do its work/);
      assert.ok(!String(fault?.type === "fault" && fault.error).includes(ada.sessionId));
    }));

  test("attempts are counted by the record while Redis is away, so no limit is lifted", () =>
    scene(async ({ server, here, there }) => {
      const now = realWorld.now();
      const span = { now, endsAt: now + 60_000, restart: false };
      const add = async (instance: Instance): Promise<number> =>
        (await instance.store.counters.add("attempts", 1, span)).points;
      assert.deepEqual([await add(here), await add(there)], [1, 2]);
      await server.kill();
      const meanwhile = [await add(here), await add(there), await add(here), await add(there)];
      assert.deepEqual(meanwhile, [1, 2, 3, 4]);
      assert.equal((await here.store.counters.find("attempts", now))?.points, 4);
    }));

  test("a counter that is removed while Redis is away is removed there too before Redis counts again", () =>
    scene(async ({ server, here }) => {
      const now = realWorld.now();
      const span = { now, endsAt: now + 60_000, restart: false };
      const ada = await here.signIn("ada");
      await here.store.counters.add("attempts", 5, span);
      server.pause();
      await here.check(ada.token);
      await here.store.counters.remove("attempts");
      server.resume();
      await untilItUsesRedis(here, ada);
      assert.equal(await here.store.counters.find("attempts", now), undefined);
    }));

  test("starts without Redis, says so, and uses it as soon as it is there", async () => {
    const server = await startRedis();
    await server.kill();
    const record = await sqlite(join(folder, `${files++}.db`)).open(realWorld);
    const instance = await openInstance(record, redis(server.url));
    assert.deepEqual(
      instance.events.map(({ type }) => type),
      ["fault"],
    );
    await instance.signUp("ada");
    const ada = await instance.signIn("ada");
    assert.deepEqual(await instance.check(ada.token), ["reader"]);
    await server.restart();
    await untilItUsesRedis(instance, ada);
    await instance.close();
    await server.stop();
  });
});

/** SQLite answers within a turn of the event loop; a server's requests come in others. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function command(url: string, ...words: readonly string[]): Promise<void> {
  const client = createClient({ url });
  client.on("error", () => undefined);
  await client.connect();
  await client.sendCommand(words);
  client.destroy();
}
