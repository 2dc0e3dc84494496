import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { postgresMigrations } from "../src/store/postgres/migrations.ts";
import { sqliteMigrations } from "../src/store/sqlite/migrations.ts";
import { newFolder, type RunOptions } from "./support/cli.ts";
import { type PostgresServer, runSql, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "./support/servers/software.ts";

describe("cardea migrate on SQLite", () => {
  const folder = newFolder();
  after(() => folder.remove());
  const pending = sqliteMigrations.map(({ name }, index) => ({ step: index + 1, name, applied: false }));

  test("--status shows what is pending and makes nothing", async () => {
    const { code, json } = await folder.run(["migrate", "--status", "--json"]);
    assert.equal(code, 0);
    assert.deepEqual(json().steps, pending);
    assert.equal(existsSync(join(folder.path, "data")), false);
  });

  test("--print prints the SQL that would run, and makes nothing", async () => {
    const { code, out } = await folder.run(["migrate", "--print"]);
    assert.equal(code, 0);
    for (const { name } of sqliteMigrations) assert.ok(out.includes(`-- ${name}\n`));
    assert.match(out, /^CREATE TABLE accounts \(/m);
    assert.equal(existsSync(join(folder.path, "data")), false);
  });

  test("runs what is pending, once", async () => {
    const first = await folder.run(["migrate", "--json"]);
    assert.deepEqual([first.code, first.json().ran], [0, sqliteMigrations.map(({ name }) => name)]);
    const second = await folder.run(["migrate"]);
    assert.deepEqual([second.code, second.err], [0, ""]);
    assert.match(second.out, /is up to date\.\n$/);
    const status = await folder.run(["migrate", "--status"]);
    assert.deepEqual(
      status.out.match(/applied|pending/g),
      sqliteMigrations.map(() => "applied"),
    );
    assert.equal((await folder.run(["migrate", "--print"])).out, "-- Nothing is pending.\n");
  });

  test("takes one of the two looks at a time", async () => {
    const { code, err } = await folder.run(["migrate", "--status", "--print"]);
    assert.deepEqual([code, err], [2, "cardea migrate takes --status or --print, not both.\n"]);
  });

  test("has nothing to do for a store without a schema", async () => {
    const { code, out } = await folder.run(["migrate"], { env: { CARDEA_STORE: "memory:" } });
    assert.deepEqual([code, out], [0, "The store memory has no schema.\n"]);
  });
});

whereInstalled([postgresSoftware], "cardea migrate on PostgreSQL", () => {
  const folder = newFolder();
  let server: PostgresServer;
  let withDatabase: RunOptions;
  before(async () => {
    server = await startPostgres({ fsync: false });
    withDatabase = { env: { CARDEA_STORE: (await server.newDatabase()).replace("postgres@", "postgres:s3cret@") } };
  });
  after(async () => {
    folder.remove();
    await server.stop();
  });

  test("an issuer in production does not migrate by itself, and names the command, which then does", async () => {
    const env = {
      ...withDatabase.env,
      NODE_ENV: "production",
      CARDEA_SECRET: randomBytes(32).toString("base64url"),
      CARDEA_ISSUER: "https://id.example/auth",
      CARDEA_ACCOUNTS_EMAIL_VERIFICATION: "off",
    };
    const refused = await folder.run(["serve", "--port", "0"], { env });
    assert.equal(refused.code, 1);
    assert.match(refused.err, /is behind; pending: .* Run: cardea migrate\n$/);
    const migrated = await folder.run(["migrate", "--json"], { env });
    assert.deepEqual([migrated.code, migrated.json().ran], [0, postgresMigrations.map(({ name }) => name)]);
    assert.ok(!migrated.out.includes("s3cret"));
    assert.match((await folder.run(["migrate", "--status"], withDatabase)).out, /applied/);
  });

  test("F-13: two that migrate at once do it once", async () => {
    const url = await server.newDatabase();
    const both = await Promise.all([1, 2].map(() => folder.run(["migrate"], { env: { CARDEA_STORE: url } })));
    assert.deepEqual(
      both.map(({ code, err }) => [code, err]),
      [
        [0, ""],
        [0, ""],
      ],
    );
    assert.equal((await runSql(url, "SELECT step FROM cardea_migrations")).length, postgresMigrations.length);
  });

  test("a server that is not there is a failure without the password", async () => {
    const env = { CARDEA_STORE: "postgres://cardea:s3cret@127.0.0.1:1/auth" };
    const { code, out, err } = await folder.run(["migrate", "--status"], { env });
    assert.deepEqual([code, out], [1, ""]);
    assert.match(err, /PostgreSQL cannot be reached.*ECONNREFUSED/);
    assert.ok(!err.includes("s3cret"));
  });
});
