import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { redis, sqlite } from "cardea";
import { type RedisServer, startRedis } from "#servers/redisServer.ts";
import { redisSoftware, whereInstalled } from "#servers/software.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { signIn, startSession, type Tokens, tokensOf } from "../support/people.ts";

whereInstalled([redisSoftware], "Redis that goes away under an issuer", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-cache-outage-"));
  let server: RedisServer;
  let issuers: readonly [Issuer, Issuer];
  let ada: Tokens;
  let files = 0;
  after(async () => {
    rmSync(folder, { recursive: true });
  });
  before(async () => {
    server = await startRedis();
  });
  after(() => server.stop());

  // Two processes of one issuer share record and cache: what one revokes, the other must refuse.
  beforeEach(async () => {
    const store = sqlite(join(folder, `${files++}.db`));
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
    // All of them are in the cache.
    for (const access of [ada.access, early, meanwhile, late]) assert.deepEqual(await goesFor(access), both);
    const signOut = async (issuer: Issuer, access: string): Promise<void> =>
      assert.equal((await issuer.post("/sign-out", undefined, access)).status, 204);
    await signOut(here, early);
    await take();
    assert.deepEqual(await goesFor(ada.access), both);
    await signOut(there, meanwhile);
    const next = tokensOf((await here.post("/refresh", { refresh_token: ada.refresh })).body);
    assert.deepEqual(await goesFor(next.access), both);
    await giveBack();
    await signOut(here, late);
    for (let round = 0; round < 100; round++) {
      for (const access of [early, meanwhile, late]) assert.deepEqual(await goesFor(access), neither);
      assert.deepEqual(await goesFor(next.access), both);
    }
  }

  test("F-01, ASVS-16.5.2: killed and started empty, checks go on, and no session that ended comes back", () =>
    outage(server.kill, server.restart));

  test("F-01, ASVS-16.5.2: paused and resumed with what it held, checks go on, and no session that ended comes back", () =>
    outage(
      async () => server.pause(),
      async () => server.resume(),
    ));
});
