import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { redis, sqlite } from "cardea";
import { createClient } from "redis";
import { type Issuer, newPerson, startIssuer } from "./support/issuer.ts";
import { type RedisServer, startRedis } from "./support/servers/redisServer.ts";
import { redisSoftware, whereInstalled } from "./support/servers/software.ts";

whereInstalled([redisSoftware], "two issuers with Redis in front of one file", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-redis-issuer-"));
  after(() => rmSync(folder, { recursive: true }));
  let files = 0;

  type Scene = { readonly server: RedisServer; readonly here: Issuer; readonly there: Issuer };

  async function scene(play: (scene: Scene) => Promise<void>): Promise<void> {
    const server = await startRedis();
    const store = sqlite(join(folder, `${files++}.db`));
    const open = (): Promise<Issuer> =>
      startIssuer({
        issuer: "http://localhost:4000/auth",
        mode: "stateful",
        store,
        sessions: { store: redis(server.url) },
      });
    const [here, there] = [await open(), await open()];
    try {
      await play({ server, here, there });
    } finally {
      await here.close();
      await there.close();
      await server.stop();
    }
  }

  const isLive = async ({ get }: Issuer, bearer: string): Promise<boolean> => (await get("/me", bearer)).status === 200;

  test("F-01: a Redis that is killed signs nobody out, brings nobody back and answers no 5xx", () =>
    scene(async ({ server, here, there }) => {
      const kept = await newPerson(here);
      const early = await newPerson(here);
      const late = await newPerson(here);
      for (const issuer of [here, there]) {
        for (const { bearer } of [kept, early, late]) assert.ok(await isLive(issuer, bearer));
      }
      assert.equal((await here.post("/sign-out", undefined, early.bearer)).status, 204);
      await server.kill();
      assert.equal((await here.post("/sign-out", undefined, late.bearer)).status, 204);
      for (const { bearer } of [early, late]) assert.ok(!(await isLive(here, bearer)));
      while (await isLive(there, late.bearer)) await delay(10);
      const { status, body } = await there.post("/refresh", { refresh_token: kept.refresh });
      assert.equal(status, 200);
      await server.restart();
      for (let round = 0; round < 50; round++) {
        for (const issuer of [here, there]) {
          assert.ok(await isLive(issuer, kept.bearer));
          assert.ok(await isLive(issuer, `Bearer ${body.access_token}`));
          for (const { bearer } of [early, late]) assert.ok(!(await isLive(issuer, bearer)));
        }
        await delay(20);
      }
    }));

  test("a row that comes back from the dead is refused, because the revocation log knows better", () =>
    scene(async ({ server, here, there }) => {
      const { bearer, access } = await newPerson(here);
      for (const issuer of [here, there]) assert.ok(await isLive(issuer, bearer));
      const client = createClient({ url: server.url });
      await client.connect();
      const key = `cardea:{${access.slice(3, 25)}}`;
      const held = await client.hGetAll(key);
      assert.equal(Object.keys(held).length, 2);
      await here.post("/sign-out", undefined, bearer);
      assert.equal(await client.exists(key), 0);
      await client.hSet(key, held);
      assert.ok(!(await isLive(here, bearer)));
      await client.hSet(key, held);
      while (await isLive(there, bearer)) await delay(10);
      client.destroy();
    }));

  test("what changes a session is seen at once by the other issuer", () =>
    scene(async ({ here, there }) => {
      const { bearer, email, password } = await newPerson(here);
      const again = await there.post("/sign-in", { email, password });
      const other = `Bearer ${again.body.access_token}`;
      for (const issuer of [here, there]) for (const each of [bearer, other]) assert.ok(await isLive(issuer, each));
      const revoked = await there.post("/sessions/revoke-others", undefined, other);
      assert.ok(revoked.status < 300, String(revoked.status));
      assert.ok(await isLive(here, other));
      assert.ok(!(await isLive(here, bearer)));
    }));
});
