import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client } from "pg";
import type { Store } from "../src/store/ports.ts";
import { type PostgresOptions, postgres } from "../src/store/postgres/postgres.ts";
import { realWorld } from "../src/world.ts";
import { accountOf, signUp } from "./support/changes.ts";
import { startBreakableWire } from "./support/servers/breakableWire.ts";
import { freePort } from "./support/servers/freePort.ts";
import { type PostgresServer, runSql, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "./support/servers/software.ts";

/** Every way into the store. */
const calls: readonly (readonly [name: string, call: (store: Store) => Promise<unknown>])[] = [
  [
    "people.register",
    (store) => store.people.register("x@example.com", () => ({ answer: 1, account: accountOf("x") })),
  ],
  ["people.change", (store) => store.people.change({ accountId: "account-ada" }, () => ({ answer: 1 }))],
  ["people.find", (store) => store.people.find("account-ada")],
  ["people.findByToken", (store) => store.people.findByToken({ sessionId: "s", hash: "h" }, 1)],
  ["keys.list", (store) => store.keys.list()],
  ["keys.change", (store) => store.keys.change(() => ({ answer: 1 }))],
  ["services.list", (store) => store.services.list()],
  ["revocations.append", (store) => store.revocations.append([{ kind: "session", key: "s", expiresAt: 9 }])],
  ["revocations.read", (store) => store.revocations.read(0, 9)],
  ["mails.claim", (store) => store.mails.claim(1, 2, 3)],
  ["audit.list", (store) => store.audit.list({ limit: 1 })],
  ["counters.add", (store) => store.counters.add("key", 1, { now: 1, endsAt: 2, restart: false })],
  ["prune", (store) => store.prune(1, 1)],
];

whereInstalled([postgresSoftware], "a PostgreSQL that is away", () => {
  let server: PostgresServer;
  let url: string;
  before(async () => {
    server = await startPostgres({ fsync: false });
    url = await server.newDatabase();
    const store = await postgres(url).open(realWorld);
    await signUp(store, "ada");
    await store.close();
  });
  after(() => server.stop());

  /** Opens a store for one piece of work. */
  async function withStore(options: PostgresOptions, work: (store: Store) => Promise<void>): Promise<void> {
    const store = await postgres(url, options).open(realWorld);
    try {
      await work(store);
    } finally {
      await store.close();
    }
  }

  /** Each call is told to come back later, though all come at once. */
  async function allBusy(store: Store): Promise<void> {
    const outcomes = await Promise.allSettled(calls.map(([, call]) => call(store)));
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason.name),
      calls.map(() => "StoreBusyError"),
    );
  }

  async function allWell(store: Store): Promise<void> {
    for (const [, call] of calls) await call(store);
    assert.equal((await store.people.find("account-ada"))?.email, "ada@example.com");
  }

  test("at the start is a failure that names no credential", async () => {
    const port = await freePort();
    await assert.rejects(
      postgres(`postgres://cardea:s3cret@127.0.0.1:${port}/auth`).open(realWorld),
      (error: Error) => {
        assert.match(error.message, /ECONNREFUSED/);
        return error.name === "StoreBusyError" && !error.message.includes("s3cret");
      },
    );
  });

  test("is told from one that lets nobody in by this URL", async () => {
    const nowhere = url.replace("postgres@", "postgres:s3cret@").replace(/\w+$/, "nowhere");
    await assert.rejects(postgres(nowhere).open(realWorld), (error: Error) => {
      assert.match(error.message, /lets nobody in by this URL \(SQLSTATE 3D000\)/);
      return error.name === "ConfigurationError" && !error.message.includes("s3cret");
    });
  });

  test("is a 503 for each call, and no crash; once it is back, all goes on by itself", () =>
    withStore({}, async (store) => {
      await allWell(store);
      await server.kill();
      await allBusy(store);
      await server.restart();
      await allWell(store);
    }));

  test("an orderly restart amid idle connections is not even noticed", () =>
    withStore({}, async (store) => {
      await Promise.all(calls.map(([, call]) => call(store)));
      await server.restart();
      await allWell(store);
    }));

  test("one that hangs is given up, and goes on when it goes on", () =>
    withStore({ statementTimeoutMs: 500, connectTimeoutMs: 2000 }, async (store) => {
      await allWell(store);
      server.pause();
      await allBusy(store).finally(server.resume);
      await allWell(store);
    }));

  test("one that hangs does not keep a store from closing", async () => {
    const store = await postgres(url, { statementTimeoutMs: 100 }).open(realWorld);
    await Promise.all(Array.from({ length: 3 }, () => store.people.find("account-ada")));
    server.pause();
    try {
      await store.close();
    } finally {
      server.resume();
    }
    await assert.rejects(store.people.find("account-ada"), { name: "StoreBusyError" });
  });

  test("F-06: connections that are all in use are a 503 for who comes next, and those who have one go on", () =>
    withStore({ poolSize: 1, connectTimeoutMs: 2000 }, async (store) => {
      const other = new Client(url);
      await other.connect();
      await other.query("BEGIN");
      await other.query("SELECT FROM accounts WHERE id = 'account-ada' FOR UPDATE");
      const waiting = store.people.change({ accountId: "account-ada" }, () => ({ answer: "done" }));
      await allBusy(store);
      await other.query("COMMIT");
      await other.end();
      assert.equal(await waiting, "done");
    }));

  test("a lock that is never given back is waited for in vain, and nothing is done", () =>
    withStore({ statementTimeoutMs: 100 }, async (store) => {
      const other = new Client(url);
      await other.connect();
      await other.query("BEGIN");
      await other.query("SELECT FROM accounts WHERE id = 'account-ada' FOR UPDATE");
      let decided = false;
      const change = store.people.change({ accountId: "account-ada" }, () => {
        decided = true;
        return { answer: 1 };
      });
      await assert.rejects(change, { name: "StoreBusyError", message: /SQLSTATE 55P03/ });
      assert.equal(decided, false);
      await other.end();
      await allWell(store);
    }));

  test("a process that stops amid a change loses it, and the lock, to the next", () =>
    withStore({}, async (store) => {
      const wire = await startBreakableWire(server.port);
      const wired = url.replace(`:${server.port}`, `:${wire.port}`);
      const stalled = await postgres(wired, { statementTimeoutMs: 100, poolSize: 1 }).open(realWorld);
      const stopped = Promise.withResolvers<void>();
      const stalling = stalled.people.change({ accountId: "account-ada" }, ({ account }) => {
        stopped.resolve(wire.holdAfter(0));
        return { answer: "done", account: { ...account, roles: ["stalled"] } };
      });
      // The server says why it ended the connection: the session was idle in a transaction for too long.
      const failing = assert.rejects(stalling, { name: "StoreBusyError", message: /SQLSTATE 25P03/ });
      try {
        await stopped.promise;
        const next = await store.people.change({ accountId: "account-ada" }, ({ account }) => ({
          answer: account.roles,
          account: { ...account, roles: ["next"] },
        }));
        assert.deepEqual(next, ["reader"]);
        wire.release();
        await failing;
        assert.deepEqual((await store.people.find("account-ada"))?.roles, ["next"]);
      } finally {
        await stalled.close();
        wire.close();
      }
    }));

  test("connections that end while nobody uses them are replaced", () =>
    withStore({ poolSize: 4 }, async (store) => {
      await Promise.all(Array.from({ length: 8 }, () => store.people.find("account-ada")));
      await runSql(
        url,
        "SELECT pg_terminate_backend(pid, 9000) FROM pg_stat_activity WHERE application_name = 'cardea'",
      );
      // Each connection that the pool has not heard from yet costs one call at most.
      for (let reading = 0; reading < 4; reading++) await store.people.find("account-ada").catch(() => undefined);
      await allWell(store);
    }));
});

whereInstalled([postgresSoftware], "a failover of PostgreSQL", () => {
  describe("a failover", () => {
    let server: PostgresServer;
    let store: Store;
    before(async () => {
      server = await startPostgres({ fsync: false });
      store = await postgres(server.url).open(realWorld);
    });
    after(async () => {
      await store.close();
      await server.stop();
    });

    test("F-05: nothing is read from a standby, which may not know yet what was revoked", async () => {
      await store.revocations.append([{ kind: "session", key: "s1", expiresAt: 9 }]);
      const [row] = await runSql(server.url, "SHOW data_directory");
      await runSql(server.url, `COPY (SELECT 1 WHERE false) TO '${row?.data_directory}/standby.signal'`);
      await server.restart();
      for (const [name, call] of calls) {
        await assert.rejects(call(store), { name: "StoreBusyError", message: /standby/ }, name);
      }
      await assert.rejects(postgres(server.url).open(realWorld, { migrate: false }), /standby/);
    });

    test("F-05: a server that was promoted gives the log a new epoch, ahead of every position that it may have lost", async () => {
      const [log] = await runSql(server.url, "SELECT epoch, pos::int FROM revocation_head");
      await runSql(server.url, "SELECT pg_promote()");
      const { head, entries } = await store.revocations.read(0, 9);
      assert.notEqual(head.epoch, log?.epoch);
      assert.equal(head.pos, Number(log?.pos) + 2 ** 20);
      assert.deepEqual(
        entries.map(({ key, pos }) => [key, pos]),
        [["s1", 1]],
      );
      const heads = await Promise.all(
        Array.from({ length: 20 }, async () => (await store.revocations.read(0, 1)).head),
      );
      for (const each of heads) assert.deepEqual(each, head);
      assert.equal((await store.revocations.append([{ kind: "session", key: "s2", expiresAt: 9 }])).pos, head.pos + 1);
    });

    test("an ordinary restart keeps the epoch", async () => {
      const { head } = await store.revocations.read(0, 1);
      await server.kill();
      await server.restart();
      assert.deepEqual((await store.revocations.read(0, 1)).head, head);
    });
  });
});
