import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { createClient } from "redis";
import type { SecurityEvent } from "../src/event.ts";
import { memory } from "../src/store/memory/memory.ts";
import type { SessionCacheFactory, Store } from "../src/store/ports.ts";
import type { RedisAddress } from "../src/store/redis/address.ts";
import { type RedisOptions, redis } from "../src/store/redis/redis.ts";
import { realWorld } from "../src/world.ts";
import { selfSigned } from "./support/certificate.ts";
import { freePort } from "./support/servers/freePort.ts";
import { type RedisServer, startRedis } from "./support/servers/redisServer.ts";
import { redisSoftware, whereInstalled } from "./support/servers/software.ts";

describe("addresses and options of redis()", () => {
  const refused: Readonly<Record<string, readonly [unknown, RegExp, unknown?]>> = {
    "no address": [undefined, /Write redis\("redis:/],
    "an empty address": [{}, /Write redis\("redis:/],
    "two kinds of address": [{ url: "redis://a", cluster: ["redis://b"] }, /Write redis\("redis:/],
    "a cluster without nodes": [{ cluster: [] }, /Write redis\("redis:/],
    "a host without a scheme": ["localhost:6379", /no URL of Redis/],
    "another database's URL": ["postgres://localhost/app", /no URL of Redis/],
    "a database that is no number": ["redis://localhost/app", /no URL of Redis/],
    "a stray % in a password": ["redis://:hunter2%@localhost", /as %XX/],
    "one bad node": [{ cluster: ["redis://a", "b"] }, /no URL of Redis/],
    "sentinels without a master's name": [{ sentinel: { nodes: ["redis://a"] } }, /sentinel\.name is missing/],
    "a misspelt address": [{ url: "redis://a", pasword: "x" }, /no option "pasword"\. Did you mean "password"\?/],
    "a misspelt option": ["redis://a", /no option "perfix"\. Did you mean "prefix"\?/, { perfix: "x" }],
    "a prefix that is no name": ["redis://a", /prefix: use/, { prefix: "a b" }],
    "a deadline that is none": ["redis://a", /deadline: write a span of time from "5ms" to "5s"/, { deadline: "1h" }],
    "an age that is no span": ["redis://a", /maxAge: write a span/, { maxAge: "soon" }],
  };

  for (const [what, [address, message, options]] of Object.entries(refused)) {
    test(`refuses ${what}, with the fix and without the password`, () => {
      assert.throws(
        () => redis(address as RedisAddress, options as RedisOptions),
        (error) => error instanceof Error && message.test(error.message) && !error.message.includes("hunter2"),
      );
    });
  }

  test("is named by hosts and ports alone", () => {
    const nodes = ["redis://user:hunter2@a:1", "rediss://b:2/3"];
    assert.equal(redis(nodes[0] ?? "").name, "redis a:1");
    assert.equal(redis({ cluster: nodes }).name, "redis a:1, b:2");
    assert.equal(redis({ sentinel: { name: "m", nodes }, password: "hunter2" }).name, "redis a:1, b:2");
  });
});

whereInstalled([redisSoftware], "how Redis is reached", () => {
  let open: RedisServer;
  let closed: RedisServer;
  before(async () => {
    [open, closed] = await Promise.all([startRedis(), startRedis({ settings: { requirepass: "pass/word" } })]);
  });
  after(() => Promise.all([open.stop(), closed.stop()]));

  async function over(cache: SessionCacheFactory): Promise<{ store: Store; events: SecurityEvent[] }> {
    const events: SecurityEvent[] = [];
    const record = await memory().open(realWorld);
    const store = await cache.over(record, { world: realWorld, onEvent: (event) => events.push(event) });
    return { store, events };
  }

  /** Whether counters land in Redis, under a prefix of the test's own. */
  async function counts(cache: SessionCacheFactory, prefix: string): Promise<boolean> {
    const { store, events } = await over(cache);
    assert.deepEqual(events, []);
    await store.counters.add("a", 1, { now: realWorld.now(), endsAt: realWorld.now() + 60_000, restart: false });
    await store.close();
    const client = createClient({ url: closed.url, password: "pass/word" });
    await client.connect();
    const found = await client.exists(`${prefix}:counter:a`);
    client.destroy();
    return found === 1;
  }

  test("takes a password in the URL or beside it", async () => {
    const deadline = "5s";
    const withPassword = closed.url.replace("://", "://:pass%2Fword@");
    assert.ok(await counts(redis(withPassword, { prefix: "inside", deadline }), "inside"));
    assert.ok(
      await counts(redis({ url: closed.url, password: "pass/word" }, { prefix: "beside", deadline }), "beside"),
    );
  });

  test("speaks TLS to rediss://, and only to a server whose certificate is trusted", async () => {
    const { key, cert } = selfSigned("localhost");
    const folder = mkdtempSync(join(tmpdir(), "cardea-redis-tls-"));
    for (const [name, text] of Object.entries({ key, cert })) writeFileSync(join(folder, name), text);
    const port = await freePort();
    const settings = {
      "tls-port": port,
      "tls-key-file": join(folder, "key"),
      "tls-cert-file": join(folder, "cert"),
      "tls-auth-clients": "no",
    };
    const server = await startRedis({ settings });
    const cache = redis(`rediss://localhost:${port}`, { deadline: "5s" });
    const [finding] = await cache.findings();
    assert.match(finding ?? "", /DEPTH_ZERO_SELF_SIGNED_CERT/);
    const trusted = getCACertificates("default");
    setDefaultCACertificates([...trusted, cert]);
    const { store, events } = await over(cache);
    assert.deepEqual(events, []);
    assert.deepEqual(await cache.findings(), []);
    await store.close();
    setDefaultCACertificates(trusted);
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const wrong: Readonly<Record<string, () => SessionCacheFactory>> = {
    "a missing password": () => redis(closed.url),
    "a wrong password": () => redis({ url: closed.url, password: "hunter2" }),
    "a password where none is asked for": () => redis({ url: open.url, username: "ada", password: "hunter2" }),
    "a database that is not there": () => redis(`${open.url}/99`),
    "a cluster that is none": () => redis({ cluster: [open.url] }),
    "a sentinel that is none": () => redis({ sentinel: { name: "m", nodes: [open.url] } }),
  };
  for (const [what, cache] of Object.entries(wrong)) {
    test(`does not start with ${what}, and says why without repeating it`, async () => {
      await assert.rejects(over(cache()), (error) => {
        assert.ok(error instanceof Error);
        assert.equal(error.name, "ConfigurationError");
        assert.match(error.message, /redis: the server refuses us \([A-Z]+\)\. Check user, password/);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      });
    });
  }

  for (const [what, address] of Object.entries<RedisAddress>({
    "nobody listens": "redis://127.0.0.1:1",
    "the host has no name": "redis://redis.invalid",
    "no node of the cluster listens": { cluster: ["redis://127.0.0.1:1", "redis://127.0.0.1:2"] },
    "no sentinel listens": { sentinel: { name: "m", nodes: ["redis://127.0.0.1:1"] } },
  })) {
    test(`starts where ${what}, with a fault to tell`, async () => {
      const cache = redis(address);
      const { store, events } = await over(cache);
      assert.deepEqual(
        events.map(({ type }) => type),
        ["fault"],
      );
      assert.equal((await store.counters.add("a", 1, { now: 0, endsAt: 1000, restart: false })).points, 1);
      await store.close();
      const [finding] = await cache.findings();
      assert.match(finding ?? "", /^redis .* does not do its work \(\w+\)/);
    });
  }

  test("F-03: a Redis that may evict counters is told of at the start and by findings, with the fix", async () => {
    const client = createClient({ url: open.url });
    await client.connect();
    assert.deepEqual(await redis(open.url).findings(), []);
    await client.configSet({ "maxmemory-policy": "allkeys-lru" });
    assert.deepEqual(await redis(open.url).findings(), []);
    await client.configSet({ maxmemory: "100mb" });
    const [finding] = await redis(open.url).findings();
    assert.match(finding ?? "", /Set maxmemory-policy to noeviction/);
    const { store, events } = await over(redis(open.url, { deadline: "5s" }));
    assert.match(String(events.map((event) => event.type === "fault" && event.error)), /Set maxmemory-policy/);
    await store.close();
    await client.configSet({ "maxmemory-policy": "noeviction" });
    assert.deepEqual(await redis(open.url).findings(), []);
    client.destroy();
  });
});
