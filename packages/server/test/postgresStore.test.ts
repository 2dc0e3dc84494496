import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { inspect } from "node:util";
import { Client, types } from "pg";
import type { Account, Store } from "../src/store/ports.ts";
import { connectionConfig } from "../src/store/postgres/connection.ts";
import { openDatabase } from "../src/store/postgres/database.ts";
import { postgres } from "../src/store/postgres/postgres.ts";
import { statement } from "../src/store/postgres/statement.ts";
import { realWorld } from "../src/world.ts";
import { accountOf, recordOf, sessionOf, signUp } from "./support/changes.ts";
import { eventually } from "./support/servers/eventually.ts";
import { type PostgresServer, runSql, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "./support/servers/software.ts";

whereInstalled([postgresSoftware], "the ways of the store in PostgreSQL", () => {
  let server: PostgresServer;
  let store: Store;
  let url: string;
  before(async () => {
    server = await startPostgres({ fsync: false, settings: { deadlock_timeout: "20ms" } });
    url = await server.newDatabase();
    store = await postgres(url).open(realWorld);
  });
  after(async () => {
    await store.close();
    await server.stop();
  });

  describe("text and numbers", () => {
    test("a client's name with NUL or half a surrogate pair is kept with U+FFFD in its place", async () => {
      await signUp(store, "nul");
      const userAgent = "odd\0agent\ud800";
      const record = { ...recordOf("nul", "odd"), userAgent };
      await store.people.change({ accountId: "account-nul" }, () => ({
        answer: 0,
        sessions: [{ ...sessionOf("nul"), userAgent }],
        audit: [record],
      }));
      const [session] = await store.people.sessions("account-nul");
      assert.equal(session?.userAgent, "odd\uFFFDagent\uFFFD");
      const found = (await store.audit.list({ limit: 9, accountId: "account-nul" })).find(({ id }) => id === record.id);
      assert.equal(found?.userAgent, "odd\uFFFDagent\uFFFD");
    });

    test("JSON comes back as it was, whatever text is in it", async () => {
      const odd = {
        "k\0": ["a\0b", "\ud800", "\\u0000", "☂", "'\"", 1e300, -0.5, null, true, { nested: [] }],
        empty: "",
      };
      await signUp(store, "json");
      await store.people.change({ accountId: "account-json" }, ({ account }) => ({
        answer: 0,
        account: { ...account, fields: odd, roles: ['a"b', "c,d", "{e}", "f\\g", "NULL", ""] },
        audit: [{ ...recordOf("json", "odd"), details: odd }],
      }));
      const account = await store.people.find("account-json");
      assert.deepEqual(account?.fields, odd);
      assert.deepEqual(account?.roles, ['a"b', "c,d", "{e}", "f\\g", "NULL", ""]);
      const records = await store.audit.list({ limit: 9, accountId: "account-json" });
      assert.deepEqual(records.find(({ type }) => type === "odd")?.details, odd);
    });

    test("what cannot be in any row is not found, and is no error", async () => {
      const nobody = "account\0nul";
      assert.equal(await store.people.find(nobody), undefined);
      assert.equal(await store.people.findByEmail(`${nobody}@example.com`), undefined);
      assert.deepEqual(await store.people.sessions(nobody), []);
      assert.equal(await store.people.findLink(nobody), undefined);
      assert.equal(await store.people.findByToken({ sessionId: nobody, hash: nobody }, 0), undefined);
      for (const subject of [{ accountId: nobody }, { sessionId: nobody }, { linkHash: nobody }])
        assert.equal(await store.people.change(subject, () => ({ answer: 1 })), undefined);
      assert.equal(await store.services.find(nobody), undefined);
      assert.deepEqual(await store.audit.list({ limit: 9, accountId: nobody }), []);
      assert.deepEqual(await store.audit.list({ limit: 9, before: nobody }), []);
      const span = { now: 0, endsAt: 9, restart: false };
      assert.deepEqual(await store.counters.add(nobody, 1, span), { points: 1, endsAt: 9 });
      assert.deepEqual(await store.counters.find(nobody, 0), { points: 1, endsAt: 9 });
    });

    test("integers are exact up to the largest that a number can hold, and beyond it are refused", async () => {
      await signUp(store, "big");
      const generation = Number.MAX_SAFE_INTEGER;
      await store.people.change({ accountId: "account-big" }, () => ({
        answer: 0,
        sessions: [{ ...sessionOf("big"), generation, absoluteEndsAt: generation }],
      }));
      const [session] = await store.people.sessions("account-big");
      assert.deepEqual([session?.generation, session?.absoluteEndsAt], [generation, generation]);
      await runSql(url, "UPDATE sessions SET generation = 9007199254740993 WHERE account_id = 'account-big'");
      await assert.rejects(store.people.sessions("account-big"), /generation holds no integer that is exact/);
    });

    test("what an application makes of PostgreSQL's types for its own connections changes nothing", async () => {
      const changed = [16, 20, 23, 114, 1009].map((oid) => [oid, types.getTypeParser(oid)] as const);
      for (const [oid] of changed) types.setTypeParser(oid, (text) => `odd ${text}`);
      try {
        const other = await postgres(url).open(realWorld);
        await signUp(other, "typed");
        assert.deepEqual(await other.people.find("account-typed"), accountOf("typed"));
        assert.equal(typeof (await other.mails.count()), "number");
        await other.close();
      } finally {
        for (const [oid, parser] of changed) types.setTypeParser(oid, parser);
      }
    });
  });

  describe("locks", () => {
    test("of changes that block each other both go through: the one that PostgreSQL undoes runs again", async () => {
      await signUp(store, "one");
      await signUp(store, "two");
      let decided = 0;
      const change = (own: string, other: string): Promise<string | undefined> =>
        store.people.change({ accountId: `account-${own}` }, () => {
          decided += 1;
          return { answer: own, sessions: [sessionOf(own)], ended: [sessionOf(other).id] };
        });
      let rounds = 0;
      while (decided === 2 * rounds && rounds < 500) {
        rounds += 1;
        const both = [sessionOf("one"), sessionOf("two")];
        await store.people.change({ accountId: "account-one" }, () => ({ answer: 0, sessions: both }));
        assert.deepEqual(await Promise.all([change("one", "two"), change("two", "one")]), ["one", "two"]);
      }
      assert.ok(decided > 2 * rounds, "no deadlock");
      assert.equal(
        [...(await store.people.sessions("account-one")), ...(await store.people.sessions("account-two"))].length,
        1,
      );
    });

    test("an address that becomes somebody's while it is registered is seen as theirs", async () => {
      const other = new Client(url);
      await other.connect();
      await other.query("BEGIN");
      await other.query(
        "INSERT INTO accounts SELECT 'account-quick', 'contested@example.com', NULL, 'hash', 1, '{}', '{}', 1",
      );
      const seen: unknown[] = [];
      const registering = store.people.register("contested@example.com", (existing) => {
        seen.push(existing?.id);
        return existing
          ? { answer: "known" }
          : { answer: "free", account: { ...accountOf("slow"), email: "contested@example.com" } };
      });
      await eventually("the registration waits", async () => {
        const waiting = await runSql(
          url,
          "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
        );
        return waiting.length === 1;
      });
      await other.query("COMMIT");
      await other.end();
      assert.equal(await registering, "known");
      assert.deepEqual(seen, [undefined, "account-quick"]);
      assert.equal(await store.people.find("account-slow"), undefined);
    });

    test("twenty registrations of one person's address, amid as many changes of that person, are all kept", async () => {
      await signUp(store, "known");
      const adding = (role: string) => (account: Account) => ({
        answer: 0,
        account: { ...account, roles: [...account.roles, role] },
      });
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => [
          store.people.register("known@example.com", (account) =>
            adding(`register-${index}`)(account ?? accountOf("none")),
          ),
          store.people.change({ accountId: "account-known" }, ({ account }) => adding(`change-${index}`)(account)),
        ]).flat(),
      );
      assert.equal((await store.people.find("account-known"))?.roles.length, 41);
    });

    test("the database's default isolation changes nothing", async () => {
      const strict = await postgres(`${url}?options=-c%20default_transaction_isolation%3Dserializable`).open(realWorld);
      await signUp(store, "strict");
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          strict.people.change({ accountId: "account-strict" }, ({ account }) => ({
            answer: 0,
            account: { ...account, roles: [...account.roles, `role-${index}`] },
          })),
        ),
      );
      assert.equal((await store.people.find("account-strict"))?.roles.length, 21);
      await strict.close();
    });
  });

  describe("durability", () => {
    const commitModeOf = async (given: string): Promise<unknown> => {
      const database = openDatabase(connectionConfig(`${url}?options=-c%20synchronous_commit%3D${given}`, {}));
      const [row] = await database.find(statement("mode", "SELECT current_setting('synchronous_commit') AS mode")());
      await database.close();
      return row?.mode;
    };

    test("a commit waits for the disk, also where the database says that it need not", async () => {
      assert.equal(await commitModeOf("off"), "on");
    });

    test("and for standbys, where the database says that it must", async () => {
      assert.equal(await commitModeOf("remote_apply"), "remote_apply");
    });
  });

  describe("the audit trail", () => {
    for (const change of ["UPDATE audit SET actor = 'nobody'", "DELETE FROM audit", "TRUNCATE audit"]) {
      test(`cannot be altered by ${change.split(" ")[0]}`, async () => {
        await assert.rejects(runSql(url, change), /the audit trail is append-only/);
      });
    }
  });

  describe("pruning", () => {
    test("removes thousands in slices, and the head stays", async () => {
      const entries = Array.from(
        { length: 2500 },
        (_, at) => ({ kind: "token", key: `t${at}`, expiresAt: at }) as const,
      );
      const head = await store.revocations.append([...entries, { kind: "token", key: "live", expiresAt: 9_999 }]);
      await store.audit.append(Array.from({ length: 2500 }, (_, at) => ({ ...recordOf(`old${at}`, "old"), at: 1 })));
      await store.prune(5000, 2);
      const slice = await store.revocations.read(0, 9999);
      assert.deepEqual([slice.head, slice.entries.at(-1)?.key], [head, "live"]);
      assert.ok(!slice.entries.some(({ expiresAt }) => expiresAt <= 5000));
      assert.ok((await store.audit.list({ limit: 9999 })).every(({ at }) => at >= 2));
    });

    test("leaves a session alone that is being changed", async () => {
      await signUp(store, "pruned");
      await store.people.change({ accountId: "account-pruned" }, () => ({
        answer: 0,
        sessions: [{ ...sessionOf("pruned"), idleEndsAt: 1 }],
      }));
      const other = new Client(url);
      await other.connect();
      await other.query("BEGIN");
      await other.query("UPDATE sessions SET idle_ends_at = 99999 WHERE account_id = 'account-pruned'");
      await store.prune(5000, 0);
      await other.query("COMMIT");
      await other.end();
      assert.equal((await store.people.sessions("account-pruned")).length, 1);
    });
  });

  test("a check-up finds what can lose an acknowledged change, and says what to do", async () => {
    const findings = (await postgres(url).check?.(realWorld)) ?? [];
    assert.deepEqual(
      findings.map(({ name, state }) => [name, state]),
      [
        ["server", "ok"],
        ["durability", "fail"],
        ["connection", "ok"],
        ["connections", "ok"],
      ],
    );
    assert.match(findings.find(({ name }) => name === "durability")?.fix ?? "", /fsync = on/);
    const [, , , room] = (await postgres(url, { poolSize: 60 }).check?.(realWorld)) ?? [];
    assert.equal(room?.state, "warn");
  });

  test("an error shows no value of a row", async () => {
    await signUp(store, "twice");
    const token = { sessionId: sessionOf("twice").id, hash: "hash-of-a-token", expiresAt: 9 };
    const inserting = store.people.change({ accountId: "account-twice" }, () => ({
      answer: 0,
      sessions: [sessionOf("twice")],
      tokens: [token, token],
    }));
    await assert.rejects(inserting, (error: Error) => {
      assert.match(error.message, /SQLSTATE 23505, opaque_tokens_pkey/);
      return !inspect(error, { depth: 9, showHidden: true }).includes(token.hash);
    });
  });
});
