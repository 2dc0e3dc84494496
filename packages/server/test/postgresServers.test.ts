import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "./support/servers/eventually.ts";
import { type PostgresServer, runSql, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, redisSoftware, tellMissing, whereInstalled } from "./support/servers/software.ts";

describe("a machine without the servers", () => {
  const missing = [postgresSoftware, redisSoftware];

  test("is told which suite did not run, and how to get what it needs", () => {
    const told: string[] = [];
    tellMissing(missing, "sessions in Redis", { required: false }, (line) => told.push(line));
    assert.deepEqual(told, [
      "NOT TESTED: sessions in Redis. This machine has no PostgreSQL and no Redis. Get it: apt-get install postgresql redis-server",
    ]);
  });

  test("fails in CI", () => {
    assert.throws(
      () => tellMissing(missing, "x", { required: true }, () => undefined),
      /apt-get install postgresql redis-server/,
    );
  });
});

whereInstalled([postgresSoftware], "a PostgreSQL of the tests' own", () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.stop());
  const answer = async (): Promise<unknown> => (await runSql(server.url, "SELECT 1 AS one"))[0]?.one;

  test("is one that keeps its data when it is killed, and comes back on the same port", async () => {
    const url = await server.newDatabase();
    await runSql(url, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");
    await server.kill();
    await assert.rejects(answer(), /ECONNREFUSED/);
    await server.restart();
    assert.deepEqual(await runSql(url, "SELECT id FROM kept"), [{ id: 7 }]);
    await server.restart();
    assert.deepEqual(await runSql(url, "SELECT id FROM kept"), [{ id: 7 }]);
  });

  test("answers nothing while it is paused, and goes on afterwards", async () => {
    server.pause();
    let answered = false;
    const waiting = answer().finally(() => {
      answered = true;
    });
    await delay(50);
    assert.equal(answered, false);
    server.resume();
    assert.equal(await waiting, 1);
  });

  test("does not outlive a test process that is killed, and leaves no folder", async () => {
    const starter = new URL("./support/servers/postgresServer.ts", import.meta.url).href;
    const program = `
      const { startPostgres, runSql } = await import(${JSON.stringify(starter)});
      const { url } = await startPostgres({ fsync: false });
      const [row] = await runSql(url, "SELECT pg_postmaster_start_time(), current_setting('data_directory') AS folder");
      console.log(JSON.stringify({ url, folder: row.folder }));
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      cwd: join(import.meta.dirname, ".."),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(createInterface(child.stdout), "line");
    const { url, folder } = JSON.parse(String(line));
    assert.ok(existsSync(folder));
    child.kill("SIGKILL");
    await eventually("its folder is gone", () => !existsSync(join(folder, "..")));
    await assert.rejects(runSql(url, "SELECT 1"), /ECONNREFUSED/);
  });
});
