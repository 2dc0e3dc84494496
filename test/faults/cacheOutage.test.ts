import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { redis, type StoreFactory, sqlite } from "cardea";
import { type RedisServer, startRedis } from "#servers/redisServer.ts";
import { redisSoftware, whereInstalled } from "#servers/software.ts";
import { eventually } from "../support/eventually.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { signIn, startSession, type Tokens, tokensOf } from "../support/people.ts";

whereInstalled([redisSoftware], "Redis that goes away under an issuer", () => {
  let folder: string;
  let server: RedisServer;
  let issuers: readonly [Issuer, Issuer];
  let ada: Tokens;
  let files = 0;
  after(() => rmSync(folder, { recursive: true }));
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "cardea-cache-outage-"));
    server = await startRedis();
  });
  after(() => server.stop());

  /** The record, and how often it looked a token up. */
  let reads = 0;
  const counting = (factory: StoreFactory): StoreFactory => ({
    ...factory,
    open: async (...how) => {
      const store = await factory.open(...how);
      const findByToken: typeof store.people.findByToken = (...asked) => {
        reads += 1;
        return store.people.findByToken(...asked);
      };
      return { ...store, people: { ...store.people, findByToken } };
    },
  });

  // Two processes of one issuer share record and cache: what one revokes, the other must refuse.
  beforeEach(async () => {
    const store = counting(sqlite(join(folder, `${files++}.db`)));
    const options = {
      issuer: "http://localhost/auth",
      mode: "stateful",
      store,
      sessions: { store: redis(server.url, { prefix: `p${files}`, deadline: "50ms" }) },
    } as const;
    issuers = [await startIssuer(options), await startIssuer(options)];
    ada = await signIn(issuers[0]);
  });
  afterEach(async () => {
    await Promise.all(issuers.map((issuer) => issuer.close()));
  });

  const goesFor = async (access: string): Promise<readonly boolean[]> =>
    Promise.all(issuers.map(async ({ auth }) => (await auth.verify(access)).ok));
  const both = [true, true];
  const neither = [false, false];

  /** Takes the cache away and gives it back, with sessions that end before, meanwhile and after. */
  async function outage(take: () => Promise<void>, giveBack: () => Promise<void>): Promise<void> {
    const [here, there] = issuers;
    const begin = async (): Promise<string> => (await startSession(here.auth, ada.userId)).access;
    const [early, meanwhile, late] = [await begin(), await begin(), await begin()];
    const assertStates = async (live: readonly string[], ended: readonly string[]): Promise<void> => {
      for (const access of live) assert.deepEqual(await goesFor(access), both);
      for (const access of ended) assert.deepEqual(await goesFor(access), neither);
    };
    /** Asks again and again, until the record is not asked for the living any more: the cache is. */
    const untilCached = (live: readonly string[], ended: readonly string[]): Promise<void> =>
      eventually("both use the cache", async () => {
        await assertStates([], ended);
        const before = reads;
        await assertStates(live, []);
        return reads === before;
      });
    const signOut = async (issuer: Issuer, access: string): Promise<void> =>
      assert.equal((await issuer.post("/sign-out", undefined, access)).status, 204);

    await untilCached([ada.access, early, meanwhile, late], []);
    await signOut(here, early);
    await assertStates([ada.access], [early]);
    await take();
    await assertStates([ada.access], [early]);
    await signOut(there, meanwhile);
    const next = tokensOf((await here.post("/refresh", { refresh_token: ada.refresh })).body);
    await assertStates([next.access], [early, meanwhile]);
    await giveBack();
    await signOut(here, late);
    await untilCached([ada.access, next.access], [early, meanwhile, late]);
    await assertStates([], [early, meanwhile, late]);
  }

  test("F-01, ASVS-16.5.2: killed and started empty, checks go on, and no session that ended comes back", () =>
    outage(server.kill, server.restart));

  test("F-01, ASVS-16.5.2: paused and resumed with what it held, checks go on, and no session that ended comes back", () =>
    outage(
      async () => server.pause(),
      async () => server.resume(),
    ));
});
