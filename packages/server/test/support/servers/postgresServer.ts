import { spawnSync } from "node:child_process";
import { chownSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { freePort } from "./freePort.ts";
import { type Controls, newDataFolder, startServer, type User } from "./serverProgram.ts";
import { postgresPrograms } from "./software.ts";

/** A PostgreSQL of the test's own, on a free port of 127.0.0.1. */
export type PostgresServer = Controls & {
  readonly port: number;
  /** Where its data are, for who takes a copy of them or puts one there while it does not run. */
  readonly dataFolder: string;
  /** Of the database `postgres`, as its superuser, who needs no password. */
  readonly url: string;
  /** Makes an empty database, and answers with its URL; takes some 100 ms. */
  readonly newDatabase: () => Promise<string>;
  /** Makes an empty schema, and answers with a URL that leads to it alone; takes some 5 ms, so each store of a test can have its own. */
  readonly newSchema: () => Promise<string>;
};

/** How it differs from the default: safe from power cuts, and the server's own settings. */
export type PostgresOptions = {
  /** False: no fsync. Faster, and safe from kills all the same. */
  readonly fsync?: boolean;
  /** Settings of postgresql.conf, such as `max_connections`. */
  readonly settings?: Readonly<Record<string, string | number>>;
};

/**
 * Starts one, within a second. Stop it in an `after` hook; it does not outlive the test process in any case. Use it within
 * `whereInstalled([postgresSoftware], …)`.
 */
export async function startPostgres({ fsync = true, settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
  const programs = postgresPrograms();
  if (programs === undefined) throw new Error("PostgreSQL is not installed: apt-get install postgresql");
  const folder = newDataFolder("postgres");
  const user = unprivilegedUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  createCluster(join(programs, "initdb"), data, user);
  const port = await freePort();
  const all = { port, listen_addresses: "127.0.0.1", unix_socket_directories: folder, fsync: fsync ? "on" : "off" };
  const controls = await startServer({
    command: join(programs, "postgres"),
    args: [
      "-D",
      data,
      ...Object.entries({ ...all, ...settings }).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    folder,
    isReady: /ready to accept (?:read-only )?connections/,
    // A fast shutdown: it ends the sessions that are open.
    quit: "SIGINT",
    ...(user && { user }),
  });
  const urlOf = (database: string): string => `postgres://postgres@127.0.0.1:${port}/${database}`;
  let names = 0;
  return {
    ...controls,
    port,
    dataFolder: data,
    url: urlOf("postgres"),
    newDatabase: async () => {
      const name = `database_${++names}`;
      await runSql(urlOf("postgres"), `CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    newSchema: async () => {
      const name = `schema_${++names}`;
      await runSql(urlOf("postgres"), `CREATE SCHEMA ${name}`);
      return `${urlOf("postgres")}?options=-c%20search_path%3D${name}`;
    },
  };
}

/** Runs SQL on a connection of its own, and answers with the rows. */
export async function runSql(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rows ?? [];
  } finally {
    await client.end();
  }
}

/** UTF-8 and byte order, as a server in production should have it; no sync, since nothing of value is in it yet. */
function createCluster(initdb: string, data: string, user: User | undefined): void {
  const args = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
  const { status, stderr } = spawnSync(initdb, args, {
    ...user,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`);
}

/** PostgreSQL refuses to run as root; then it runs as the user that its Debian package made. */
function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: idOf("-u"), gid: idOf("-g") };
}
