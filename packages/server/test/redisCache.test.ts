import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, test } from "node:test";
import { createClient, type RedisClientType } from "redis";
import { memory } from "../src/store/memory/memory.ts";
import type { Store, TokenKey } from "../src/store/ports.ts";
import { redis } from "../src/store/redis/redis.ts";
import { realWorld } from "../src/world.ts";
import { type Instance, openInstance, type SignedIn } from "./support/redisInstances.ts";
import { type RedisServer, startRedis } from "./support/servers/redisServer.ts";
import { redisSoftware, whereInstalled } from "./support/servers/software.ts";

whereInstalled([redisSoftware], "what Redis holds of sessions", () => {
  let server: RedisServer;
  let client: RedisClientType;
  let prefixes = 0;
  before(async () => {
    server = await startRedis();
    client = createClient({ url: server.url });
    await client.connect();
  });
  after(async () => {
    client.destroy();
    await server.stop();
  });

  /** Instances over one record and one Redis, with ada signed up. */
  async function instances(count: number, record?: Store): Promise<{ all: Instance[]; prefix: string }> {
    const prefix = `t${prefixes++}`;
    const shared = record ?? (await memory().open(realWorld));
    const all = await Promise.all(
      Array.from({ length: count }, () => openInstance(shared, redis(server.url, { prefix, deadline: "5s" }))),
    );
    await all[0]?.signUp("ada");
    return { all, prefix };
  }

  const one = async (record?: Store): Promise<{ instance: Instance; prefix: string }> => {
    const { all, prefix } = await instances(1, record);
    const [instance] = all;
    if (!instance) throw new Error("no instance");
    return { instance, prefix };
  };

  const keyOf = (prefix: string, { sessionId }: SignedIn): string => `${prefix}:{${sessionId}}`;

  test("the first check reads the record, the next ones Redis alone", async () => {
    const { instance } = await one();
    const { token } = await instance.signIn("ada");
    for (let check = 0; check < 5; check++) assert.deepEqual(await instance.check(token), ["reader"]);
    assert.equal(instance.recordReads(), 1);
    await instance.close();
  });

  test("Redis holds no password's hash and no token's text", async () => {
    const { instance, prefix } = await one();
    const ada = await instance.signIn("ada");
    await instance.check(ada.token);
    const held = JSON.stringify(await client.hGetAll(keyOf(prefix, ada)));
    assert.match(held, /"email\\":\\"ada/);
    assert.doesNotMatch(held, /passwordHash|secret-hash/);
    assert.ok(!held.includes(ada.token));
    await instance.close();
  });

  test("a row lives as long as maxAge from the first, however many come after it", async () => {
    const { instance, prefix } = await one();
    const ada = await instance.signIn("ada");
    await instance.check(ada.token);
    await client.pExpire(keyOf(prefix, ada), 30_000);
    await instance.store.people.findByToken(lookUpOf(ada.token), realWorld.now(), { fresh: true });
    const left = await client.pTTL(keyOf(prefix, ada));
    assert.ok(left > 0 && left <= 30_000, String(left));
    await instance.close();
  });

  for (const [what, change] of Object.entries({
    "the session's end": (instance: Instance, { sessionId }: SignedIn) => instance.signOut(sessionId),
    "other roles": (instance: Instance) => instance.setRoles("ada", ["admin"]),
  })) {
    test(`a row that was read before ${what} never gets in after it`, async () => {
      const record = await memory().open(realWorld);
      const reading = Promise.withResolvers<void>();
      const changed = Promise.withResolvers<void>();
      const slow: Store = {
        ...record,
        people: {
          ...record.people,
          findByToken: async (...asked) => {
            const row = await record.people.findByToken(...asked);
            reading.resolve();
            await changed.promise;
            return row;
          },
        },
      };
      const { instance, prefix } = await one(slow);
      const ada = await instance.signIn("ada");
      const lookUp = instance.store.people.findByToken(lookUpOf(ada.token), realWorld.now());
      await reading.promise;
      await change(instance, ada);
      changed.resolve();
      assert.deepEqual((await lookUp)?.account.roles, ["reader"]);
      assert.deepEqual(await client.hGetAll(keyOf(prefix, ada)), {});
      await instance.close();
    });
  }

  test("a change of the account through one session drops the rows of all its sessions", async () => {
    const { instance } = await one();
    const [here, there] = [await instance.signIn("ada"), await instance.signIn("ada")];
    await Promise.all([here, there].map(({ token }) => instance.check(token)));
    await instance.store.people.change({ sessionId: here.sessionId }, ({ account }) => ({
      answer: 0,
      account: { ...account, roles: ["admin"] },
    }));
    assert.deepEqual(await instance.check(there.token), ["admin"]);
    await instance.close();
  });

  test("a registration that writes an account that was there drops its rows", async () => {
    const { instance } = await one();
    const { token } = await instance.signIn("ada");
    await instance.check(token);
    await instance.store.people.register("ada", (existing) =>
      existing ? { answer: 0, account: { ...existing, roles: [] } } : { answer: 1 },
    );
    assert.deepEqual(await instance.check(token), []);
    await instance.close();
  });

  test("a password that is only hashed anew drops nothing", async () => {
    const { instance } = await one();
    const { token } = await instance.signIn("ada");
    await instance.check(token);
    await instance.store.people.change({ accountId: "ada" }, ({ account }) => ({
      answer: 0,
      account: { ...account, passwordHash: "a younger hash" },
    }));
    await instance.check(token);
    assert.equal(instance.recordReads(), 1);
    await instance.close();
  });

  test("an account that is deleted by a change that saw one of its sessions takes the others' rows along", async () => {
    const { instance } = await one();
    const [here, there] = [await instance.signIn("ada"), await instance.signIn("ada")];
    await Promise.all([here, there].map(({ token }) => instance.check(token)));
    await instance.store.people.change({ sessionId: here.sessionId }, () => ({ answer: 0, deleteAccount: "ada" }));
    assert.deepEqual([await instance.check(here.token), await instance.check(there.token)], [undefined, undefined]);
    await instance.close();
  });

  test("a change whose end is not known is taken for done", async () => {
    const record = await memory().open(realWorld);
    const lossy: Store = {
      ...record,
      people: {
        ...record.people,
        change: async (subject, decide) => {
          const answer = await record.people.change(subject, decide);
          if ("sessionId" in subject) throw new Error("the connection was lost after the commit");
          return answer;
        },
      },
    };
    const { instance } = await one(lossy);
    const { token, sessionId } = await instance.signIn("ada");
    await instance.check(token);
    await assert.rejects(instance.store.people.change({ sessionId }, () => ({ answer: 0, ended: [sessionId] })));
    assert.equal(await instance.check(token), undefined);
    await instance.close();
  });

  for (const [what, spoil] of Object.entries({
    "of another version": (text: string) => text.replace('"shape":1', '"shape":2'),
    "that is no JSON": (text: string) => text.slice(1),
    "with other types": (text: string) => text.replace(/"roles":\[.*?\]/, '"roles":"admin"'),
  })) {
    test(`a row ${what} is none`, async () => {
      const { instance, prefix } = await one();
      const ada = await instance.signIn("ada");
      await instance.check(ada.token);
      const place = [keyOf(prefix, ada), lookUpOf(ada.token).hash] as const;
      const spoilt = spoil((await client.hGet(...place)) ?? "");
      await client.hSet(...place, spoilt);
      assert.deepEqual(await instance.check(ada.token), ["reader"]);
      assert.equal(instance.recordReads(), 2);
      await instance.close();
    });
  }

  test("a key of another type in Redis costs the cache and no check", async () => {
    const { instance, prefix } = await one();
    const ada = await instance.signIn("ada");
    await client.set(keyOf(prefix, ada), "not a hash");
    assert.deepEqual(await instance.check(ada.token), ["reader"]);
    await instance.close();
  });

  test("tokens that nobody has leave nothing in Redis", async () => {
    const { instance, prefix } = await one();
    const { token } = await instance.signIn("ada");
    const made = { token: `at_${"A".repeat(65)}`, sessionId: "A".repeat(22) };
    assert.equal(await instance.check(made.token), undefined);
    assert.equal(await instance.check(`${token.slice(0, -1)}_`), undefined);
    assert.equal(await client.exists(keyOf(prefix, made)), 0);
    await instance.close();
  });

  test("what one instance ends, the others refuse at once", async () => {
    const { all } = await instances(3);
    const [first, second, third] = all;
    if (!first || !second || !third) throw new Error("not three");
    const { token, sessionId } = await first.signIn("ada");
    for (const each of all) assert.deepEqual(await each.check(token), ["reader"]);
    await second.signOut(sessionId);
    for (const each of all) assert.equal(await each.check(token), undefined);
    await Promise.all(all.map((each) => each.close()));
  });
});

const lookUpOf = (token: string): TokenKey => ({
  sessionId: token.slice(3, 25),
  hash: createHash("sha256").update(token).digest("base64url"),
});
