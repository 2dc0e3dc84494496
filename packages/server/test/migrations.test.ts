import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, test } from "node:test";
import { type AppliedStep, type Migration, pendingSteps, refusePending } from "../src/store/migrations/migrations.ts";
import type { Store, StoreFactory } from "../src/store/ports.ts";
import { connectionConfig } from "../src/store/postgres/connection.ts";
import * as inPostgres from "../src/store/postgres/migrate.ts";
import { postgresMigrations } from "../src/store/postgres/migrations.ts";
import { postgres } from "../src/store/postgres/postgres.ts";
import * as inSqlite from "../src/store/sqlite/migrate.ts";
import { sqliteMigrations } from "../src/store/sqlite/migrations.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";
import { changesOfState } from "./support/changesOfState.ts";
import { type PostgresServer, runSql, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "./support/servers/software.ts";

describe("the steps of a schema", () => {
  const known: readonly Migration[] = [
    { name: "one", sql: "" },
    { name: "two", sql: "", breaks: true },
    { name: "three", sql: "" },
  ];
  const line = (step: number, name: string, oldestCompatible = 1): AppliedStep => ({ step, name, oldestCompatible });
  const lines = (steps: readonly AppliedStep[]) =>
    steps.map(({ step, name, oldestCompatible }) => line(step, name, oldestCompatible));

  test("all run on an empty database, and each says what a version must know from then on", () => {
    assert.deepEqual(lines(pendingSteps(known, [])), [line(1, "one"), line(2, "two", 2), line(3, "three", 2)]);
  });

  test("the rest runs on one that is behind, and nothing on one that is not", () => {
    assert.deepEqual(lines(pendingSteps(known, [line(1, "one"), line(2, "two", 2)])), [line(3, "three", 2)]);
    assert.deepEqual(pendingSteps(known, [line(1, "one"), line(2, "two", 2), line(3, "three", 2)]), []);
  });

  test("a newer version's steps are no obstacle, unless one breaks with this version", () => {
    const current = [line(1, "one"), line(2, "two", 2), line(3, "three", 2)];
    assert.deepEqual(pendingSteps(known, [...current, line(4, "four", 2), line(5, "five", 3)]), []);
    assert.throws(() => pendingSteps(known, [...current, line(4, "four", 4), line(5, "five", 4)]), {
      name: "ConfigurationError",
      message: /newer Cardea: step 5, "five", needs a version that knows 4 steps, and this one knows 3\. Start that/,
    });
  });

  test("a database with other steps is somebody else's", () => {
    assert.throws(() => pendingSteps(known, [line(1, "one"), line(2, "deux", 2)]), {
      name: "ConfigurationError",
      message: /step 2 is "deux", where this Cardea has "two"/,
    });
  });

  test("who may not migrate is told what is pending, and the command", () => {
    refusePending([], "there");
    assert.throws(() => refusePending(pendingSteps(known, [line(1, "one")]), "there"), {
      name: "ConfigurationError",
      message: 'The schema of there is behind; pending: "two", "three". Run: cardea migrate',
    });
  });
});

/** One engine, as the rules below need it. */
type Engine = {
  readonly factory: StoreFactory;
  readonly steps: readonly Migration[];
  readonly migrateTo: (steps: readonly Migration[]) => Promise<void>;
  readonly query: (sql: string) => Promise<readonly unknown[]>;
};

function migrationRules(name: string, newDatabase: () => Promise<Engine>): void {
  const [signUp, signIn] = changesOfState;
  const live = async (factory: StoreFactory, tag: string): Promise<void> => {
    const store = await factory.open(realWorld);
    try {
      await signIn?.prepare(store, tag);
      await signIn?.run(store, tag);
    } finally {
      await store.close();
    }
  };
  /** Every read, so that its statement is prepared, and what comes back is compared with what came before. */
  const readAll = async (store: Store, tag: string): Promise<unknown> => ({
    account: await store.people.find(`account-${tag}`),
    byEmail: await store.people.findByEmail(`${tag}@example.com`),
    accounts: await store.people.list(9),
    sessions: await store.people.sessions(`account-${tag}`),
    token: await store.people.findByToken({ sessionId: `session-one-${tag}`, hash: `token-${tag}` }, 1),
    link: await store.people.findLink(`link-verify_email-${tag}`),
    keys: await store.keys.list(),
    services: await store.services.list(),
    log: await store.revocations.read(0, 99),
    mails: await store.mails.count(),
    audit: await store.audit.list({ limit: 9 }),
  });
  const wider: Migration = {
    name: "a column each",
    sql: "ALTER TABLE accounts ADD COLUMN plan TEXT NOT NULL DEFAULT 'free'; ALTER TABLE sessions ADD COLUMN device TEXT; ALTER TABLE keys ADD COLUMN origin TEXT;",
  };

  describe(`migrations in ${name}`, () => {
    test("nothing is applied at first, everything once it was opened", async () => {
      const { factory, steps } = await newDatabase();
      const names = steps.map((step) => step.name);
      const before = await factory.migrations?.();
      assert.equal(before?.applied, 0);
      assert.deepEqual(
        before?.steps.map((step) => step.name),
        names,
      );
      await (await factory.open(realWorld)).close();
      assert.equal((await factory.migrations?.())?.applied, steps.length);
    });

    test("who must not migrate opens what is up to date, and is told the command for what is behind", async () => {
      const { factory, migrateTo, steps, query } = await newDatabase();
      const opening = (): Promise<unknown> => factory.open(realWorld, { migrate: false });
      await assert.rejects(opening, {
        name: "ConfigurationError",
        message: /is behind; pending: .* Run: cardea migrate$/,
      });
      assert.equal((await factory.migrations?.())?.applied, 0);
      await migrateTo(steps);
      await (await factory.open(realWorld, { migrate: false })).close();
      assert.equal((await query("SELECT * FROM cardea_migrations")).length, steps.length);
    });

    test("F-13: of ten that start together one migrates, and all go on", async () => {
      const { factory, query, steps } = await newDatabase();
      const stores = await Promise.all(Array.from({ length: 10 }, () => factory.open(realWorld)));
      await Promise.all(stores.map((store, index) => signUp?.run(store, `racer${index}x`)));
      for (const store of stores) assert.equal((await store.people.list(99)).length, 10);
      await Promise.all(stores.map((store) => store.close()));
      assert.equal((await query("SELECT * FROM cardea_migrations")).length, steps.length);
    });

    test("during a deploy the previous version goes on, and starts, beside the newer one", async () => {
      const { factory, migrateTo, steps } = await newDatabase();
      const running = await factory.open(realWorld);
      for (const change of changesOfState) {
        await change.prepare(running, `before${changesOfState.indexOf(change)}x`);
        await change.run(running, `before${changesOfState.indexOf(change)}x`);
      }
      const found = await readAll(running, "before2x");
      await migrateTo([...steps, wider]);
      assert.deepEqual(await readAll(running, "before2x"), found);
      for (const change of changesOfState) {
        await change.prepare(running, `after${changesOfState.indexOf(change)}x`);
        await change.run(running, `after${changesOfState.indexOf(change)}x`);
      }
      await running.people.change({ sessionId: "session-two-before2x" }, ({ sessions }) => ({
        answer: 0,
        sessions: sessions.map((session) => ({ ...session, generation: 9 })),
      }));
      const kept = await running.people.sessions("account-before2x");
      assert.deepEqual(kept.map(({ generation }) => generation).toSorted(), [1, 9]);
      assert.equal((await running.keys.list()).length, 4);
      await running.close();
      await live(factory, "started");
      assert.equal((await factory.migrations?.())?.applied, steps.length);
    });

    test("a step that breaks with the previous version keeps it out, and says how to go on", async () => {
      const { factory, migrateTo, steps } = await newDatabase();
      await migrateTo([...steps, { ...wider, breaks: true }]);
      await assert.rejects(live(factory, "late"), {
        name: "ConfigurationError",
        message: /newer Cardea: .* Start that version/,
      });
      await migrateTo([...steps, { ...wider, breaks: true }]);
    });

    test("a step that fails leaves nothing of the run behind", async () => {
      const { factory, migrateTo, steps, query } = await newDatabase();
      await migrateTo(steps);
      const failing: Migration = { name: "failing", sql: "CREATE TABLE half (id TEXT); SELECT * FROM nowhere;" };
      await assert.rejects(migrateTo([...steps, wider, failing]), /nowhere/);
      assert.equal((await query("SELECT * FROM cardea_migrations")).length, steps.length);
      await assert.rejects(query("SELECT * FROM half"));
      await assert.rejects(query("SELECT plan FROM accounts"));
      await live(factory, "unharmed");
    });
  });
}

describe("migrations on this machine", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-migrations-"));
  after(() => rmSync(folder, { recursive: true }));
  let files = 0;
  const onFile = async <T>(file: string, work: (database: DatabaseSync) => T): Promise<T> => {
    const database = new DatabaseSync(file);
    try {
      return work(database);
    } finally {
      database.close();
    }
  };

  migrationRules("SQLite", async () => {
    const file = join(folder, `${files++}.db`);
    return {
      factory: sqlite(file),
      steps: sqliteMigrations,
      migrateTo: (steps) => onFile(file, (database) => inSqlite.migrate(database, steps, 1)),
      query: (sql) => onFile(file, (database) => database.prepare(sql).all()),
    };
  });

  test("a look at a SQLite file that is not there makes none", async () => {
    const file = join(folder, "none", "cardea.db");
    assert.equal((await sqlite(file).migrations?.())?.applied, 0);
    await assert.rejects(sqlite(file).open(realWorld, { migrate: false }), /Run: cardea migrate/);
    assert.ok(!readdirSync(folder).includes("none"));
  });

  test("a database of the first version, which only counted its steps, is brought up to date with its accounts", async () => {
    const file = join(folder, "first.db");
    await onFile(file, (database) => {
      database.exec(sqliteMigrations[0]?.sql ?? "");
      database.exec("INSERT INTO accounts VALUES ('a', 'ada@example.com', 'hash', '[\"reader\"]', 7)");
      database.exec("PRAGMA user_version = 1");
    });
    assert.equal((await sqlite(file).migrations?.())?.applied, 1);
    const store = await sqlite(file).open(realWorld);
    const ada = await store.people.find("a");
    assert.deepEqual(
      [ada?.email, ada?.passwordChangedAt, ada?.fields, ada?.disabledAt],
      ["ada@example.com", 7, {}, undefined],
    );
    await store.close();
    const rows = await onFile(file, (database) => database.prepare("SELECT step, name FROM cardea_migrations").all());
    assert.deepEqual(
      rows.map((row) => ({ ...row })),
      sqliteMigrations.map(({ name }, index) => ({ step: index + 1, name })),
    );
    // It is what the first version looks at; with more than the one step that it knows, it stays away.
    const [version] = await onFile(file, (database) => database.prepare("PRAGMA user_version").all());
    assert.equal(version?.user_version, 2);
  });
});

whereInstalled([postgresSoftware], "migrations in PostgreSQL", () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres({ fsync: false, settings: { max_connections: 200 } });
  });
  after(() => server.stop());

  migrationRules("PostgreSQL", async () => {
    const url = await server.newSchema();
    const migrating = { now: 1, place: "here", mayMigrate: true };
    return {
      factory: postgres(url),
      steps: postgresMigrations,
      migrateTo: (steps) => inPostgres.migrate(connectionConfig(url, {}), steps, migrating),
      query: (sql) => runSql(url, sql),
    };
  });

  test("a database in another encoding than UTF-8 is refused with the way to make one", async () => {
    await runSql(server.url, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
    await assert.rejects(postgres(server.url.replace(/postgres$/, "latin")).open(realWorld), {
      name: "ConfigurationError",
      message: /encoding is LATIN1\..*ENCODING 'UTF8'/,
    });
  });

  test("a user who may not create tables is told what is not allowed", async () => {
    await runSql(server.url, "CREATE ROLE reader LOGIN");
    await assert.rejects(postgres(server.url.replace("postgres@", "reader@")).open(realWorld), {
      name: "ConfigurationError",
      message: /permission denied for schema public.*Grant it/,
    });
  });
});
