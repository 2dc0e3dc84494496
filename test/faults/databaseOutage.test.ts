import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type ModeName, postgres, realWorld } from "cardea";
import { type PostgresServer, runSql, startPostgres } from "#servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "#servers/software.ts";
import type { Answer } from "../support/client.ts";
import { eventually } from "../support/eventually.ts";
import { type Issuer, startIssuer } from "../support/issuer.ts";
import { newPerson, type Person, signIn, type Tokens, tokensOf } from "../support/people.ts";
import { type FaultyWorld, faultyWorld } from "./support/world.ts";

const secret = new Uint8Array(32).map((_, index) => 3 * index + 7);
const modes = ["stateless", "stateful", "hybrid"] as const;

/** An issuer that soon gives up a database that hangs, and yet never one that is only slow. */
const impatient = { connectTimeoutMs: 500, statementTimeoutMs: 500 };

const sleeping = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
const letGo = sleeping.replace("SELECT 1", "SELECT pg_cancel_backend(pid)");

function assertUnavailable({ status, headers, text }: Answer, codes = ["temporarily_unavailable"]): void {
  assert.equal(status, 503, text);
  assert.match(headers.get("retry-after") ?? "", /^[1-9]\d*$/);
  assert.ok(codes.includes(JSON.parse(text).code), text);
  assert.doesNotMatch(text, /ECONN|postgres|SQL|127\.0\.0\.1/i);
}

whereInstalled([postgresSoftware], "PostgreSQL that goes away under an issuer", () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());

  async function migrated(): Promise<string> {
    const url = await server.newDatabase();
    await (await postgres(url).open(realWorld)).close();
    return url;
  }

  for (const mode of modes) {
    describe(`PostgreSQL that goes away, ${mode}`, () => outage(mode, () => server, migrated));
  }

  test("F-06: connections that are all in use are a 503 soon, tokens are checked without one, and who has one goes on", async (t) => {
    const url = await migrated();
    const store = postgres(url, { poolSize: 1, connectTimeoutMs: 100 });
    const issuer = await startIssuer({ mode: "stateless", store, secret });
    t.after(() => issuer.close());
    const person = newPerson();
    const { access, refresh, userId } = await signIn(issuer, person);
    const lock = `BEGIN; SELECT FROM accounts WHERE id = '${userId}' FOR UPDATE; SELECT pg_sleep(60)`;
    const held = runSql(url, lock).catch(() => "let go");
    await eventually("the account is locked", async () => (await runSql(url, sleeping)).length === 1);
    const waiting = issuer.post("/refresh", { refresh_token: refresh });
    const waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    await eventually("the only connection waits", async () => (await runSql(url, waits)).length === 1);
    for (const answer of [await issuer.post("/sign-in", person), await issuer.get("/me", access)])
      assertUnavailable(answer);
    assert.equal((await issuer.auth.verify(access)).ok, true);
    await runSql(url, letGo);
    assert.equal(await held, "let go");
    assert.equal((await waiting).status, 200);
    assert.equal((await issuer.post("/sign-in", person)).status, 200);
  });
});

function outage(mode: ModeName, server: () => PostgresServer, migrated: () => Promise<string>): void {
  let clock: FaultyWorld;
  let issuer: Issuer;
  let ada: Person & Tokens;
  let gone: Tokens;
  before(async () => {
    clock = faultyWorld();
    const world = { ...clock.world, monotonic: clock.passed };
    issuer = await startIssuer({ mode, store: postgres(await migrated(), impatient), secret, world });
    const person = newPerson();
    ada = { ...person, ...(await signIn(issuer, person)) };
    gone = await signIn(issuer);
    assert.equal((await issuer.post("/sign-out", undefined, gone.access)).status, 204);
  });
  after(() => issuer.close());

  const writes = (): Promise<readonly Answer[]> =>
    Promise.all([
      issuer.post("/sign-up", newPerson()),
      issuer.post("/sign-in", { email: ada.email, password: ada.password }),
      issuer.post("/refresh", { refresh_token: ada.refresh }),
      issuer.post("/sign-out", undefined, ada.access),
    ]);
  /** What the mode says of a token now. A store that is away is a fault, which a caller in the process hears of. */
  const verdict = (access: string): Promise<string> =>
    issuer.auth.verify(access).then(
      (found) => (found.ok ? "good" : found.refusal.code),
      (error: Error) => error.name,
    );

  /** While the database is away: 503 for all that needs it; never a token that was revoked. */
  async function assertAway(): Promise<void> {
    for (const answer of await writes()) assertUnavailable(answer, ["temporarily_unavailable", "stale_view"]);
    const good = { stateless: "good", hybrid: "good", stateful: "StoreBusyError" }[mode];
    assert.equal(await verdict(ada.access), good);
    assert.equal(await verdict(gone.access), { ...forRevoked, stateful: "StoreBusyError" }[mode]);
    // Past the bound of the view, and well before the token's own end.
    clock.pass(6000);
    assert.equal(await verdict(ada.access), { ...forStale, stateful: "StoreBusyError" }[mode]);
    assert.equal(await verdict(gone.access), { ...forStale, stateful: "StoreBusyError" }[mode]);
    assertUnavailable(await issuer.get("/sessions", ada.access), ["temporarily_unavailable", "stale_view"]);
    assert.equal((await issuer.get("/health/ready")).status, 503);
  }

  /** Once it is back: by itself, with the tokens of before. */
  async function assertBack(): Promise<void> {
    await eventually("the issuer is ready", async () => (await issuer.get("/health/ready")).status === 200);
    assert.equal(await verdict(ada.access), "good");
    assert.equal(await verdict(gone.access), { ...forRevoked, stateful: "inactive_token" }[mode]);
    const { status, body } = await issuer.post("/refresh", { refresh_token: ada.refresh });
    assert.equal(status, 200);
    ada = { ...ada, ...tokensOf(body) };
    assert.equal((await issuer.post("/refresh", { refresh_token: gone.refresh })).status, 401);
    assert.equal((await issuer.post("/sign-in", { email: ada.email, password: ada.password })).status, 200);
  }

  test("ASVS-16.5.2, ASVS-16.5.3: killed amid traffic, each request is answered or told to come back, and all recovers by itself", async () => {
    const clients = await Promise.all([signIn(issuer), signIn(issuer), signIn(issuer), signIn(issuer)]);
    let isAway = false;
    const outcomes = clients.map(async ({ refresh }) => {
      for (let times = 0, current = refresh; ; times++) {
        const answer = await issuer.post("/refresh", { refresh_token: current });
        if (answer.status !== 200) {
          assertUnavailable(answer);
          return current;
        }
        current = tokensOf(answer.body).refresh;
        if (times === 5 && !isAway) {
          isAway = true;
          await server().kill();
        }
      }
    });
    const last = await Promise.all(outcomes);
    await assertAway();
    await server().restart();
    await assertBack();
    for (const token of last) assert.equal((await issuer.post("/refresh", { refresh_token: token })).status, 200);
  });

  test("ASVS-16.5.2: one that hangs is given up, and goes on when it goes on", async () => {
    server().pause();
    try {
      await assertAway();
    } finally {
      server().resume();
    }
    await assertBack();
  });

  test("ASVS-16.5.2: an orderly restart is not noticed by who asks after it", async () => {
    await server().restart();
    await assertBack();
  });
}

const forRevoked = { stateless: "good", hybrid: "revoked" } as const;
const forStale = { stateless: "good", hybrid: "stale_view" } as const;
