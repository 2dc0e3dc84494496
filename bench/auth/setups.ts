import { join } from "node:path";
import { type AuthOptions, memory, postgres, realWorld, redis, sqlite } from "cardea";
import { runSql } from "../../packages/server/test/support/servers/postgresServer.ts";
import type { Servers } from "./servers.ts";

/** The ways to keep things. */
export const setupNames = ["memory", "sqlite", "postgres", "redis over postgres"] as const;
export type SetupName = (typeof setupNames)[number];

/** The options of an issuer that say where it keeps things. */
export type Places = Pick<AuthOptions, "store" | "sessions" | "secret">;

/** And where that is: the file's name without `.db`, or the schema in PostgreSQL. */
export type NewPlaces = { readonly places: Places; readonly name: string };

/** A fresh, empty place of that kind. Rows stay in Redis for as long as they may, so that a run does not meet their end. */
export async function newPlaces(setup: SetupName, servers: Servers): Promise<NewPlaces> {
  const name = `p${process.pid}_${++count}`;
  if (setup === "memory") return { name, places: { store: memory() } };
  if (setup === "sqlite") return { name, places: { store: sqlite(join(servers.folder, `${name}.db`)) } };
  await runSql(servers.postgres, `CREATE SCHEMA ${name}`);
  const store = postgres(`${servers.postgres}?options=-c%20search_path%3D${name}`);
  await (await store.open(realWorld)).close();
  if (setup === "postgres") return { name, places: { store, secret } };
  const cache = redis(servers.redis, { prefix: name, maxAge: "1h" });
  return { name, places: { store, secret, sessions: { store: cache } } };
}

let count = 0;

const secret = new Uint8Array(32).map((_, index) => 3 * index + 7);
