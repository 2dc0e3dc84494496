import { spawnSync } from "node:child_process";
import { appendFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { PostgresServer } from "#servers/postgresServer.ts";
import { postgresPrograms } from "#servers/software.ts";
import type { Cluster } from "./cluster.ts";

/** What a backup is of: where the log is, and the server that keeps it. */
type Kept = Pick<Cluster, "place" | "database">;

/** How a store takes a copy of itself while issuers run, and goes on from it when none does. */
export type Backup = {
  readonly store: "postgres" | "sqlite";
  readonly take: (kept: Kept) => Promise<void>;
  readonly restore: (kept: Kept) => Promise<void>;
};

/**
 * A copy of the file by SQLite's own means. `bare`: without the file beside it that notes how far the log was, and without the
 * mark that there was one, so that nothing shows it to be older.
 */
export const sqliteBackup = (how: "bare" | "beside the note"): Backup => ({
  store: "sqlite",
  take: async ({ place }) => inFile(place, `VACUUM INTO '${place}.copy'`),
  restore: async ({ place }) => {
    for (const suffix of ["", "-wal", "-shm"]) rmSync(place + suffix, { force: true });
    renameSync(`${place}.copy`, place);
    if (how === "beside the note") return;
    rmSync(`${place}.lineage`);
    inFile(place, "UPDATE revocation_head SET is_marked = 0");
  },
});

function inFile(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/**
 * A base backup by `pg_basebackup`. After a `recovery` the server goes on in a timeline of its own. A `snapshot` starts as if the
 * server had crashed, in the timeline that it had: so does a copy of the disk.
 */
export const postgresBackup = (how: "recovery" | "snapshot"): Backup => ({
  store: "postgres",
  take: async ({ database }) => {
    const { port, dataFolder } = running(database);
    const connection = ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres"];
    const program = join(postgresPrograms() ?? "", "pg_basebackup");
    const args = [...connection, "-D", copyOf(dataFolder), "--checkpoint=fast", "--wal-method=stream"];
    const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`pg_basebackup failed: ${stderr}`);
  },
  restore: async ({ database }) => {
    const server = running(database);
    const { dataFolder } = server;
    await server.kill();
    const copy = copyOf(dataFolder);
    if (how === "recovery") {
      writeFileSync(join(copy, "recovery.signal"), "");
      appendFileSync(join(copy, "postgresql.auto.conf"), "restore_command = 'false'\n");
    }
    const { uid, gid } = statSync(dataFolder);
    spawnSync("chown", ["-R", `${uid}:${gid}`, copy]);
    rmSync(dataFolder, { recursive: true });
    renameSync(copy, dataFolder);
    await server.restart();
  },
});

const copyOf = (dataFolder: string): string => `${dataFolder}-copy`;

function running(database: PostgresServer | undefined): PostgresServer {
  if (database === undefined) throw new Error("There is no PostgreSQL to copy.");
  return database;
}
