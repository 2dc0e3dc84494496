import { join } from "node:path";
import { runSql } from "@cardea/test-servers";
import { type AuthOptions, memory, postgres, realWorld, redis, sqlite } from "cardea";
import type { Servers } from "./servers.ts";

/** The ways to keep things. */
export const setupNames = ["memory", "sqlite", "postgres", "redis over postgres"] as const;
export type SetupName = (typeof setupNames)[number];

/** The options of an issuer that say where it keeps things. */
export type Places = Pick<AuthOptions, "store" | "sessions" | "secret">;

/** A fresh, empty place of that kind. Rows stay in Redis for as long as they may, so that a run does not meet their end. */
export async function newPlaces(name: SetupName, servers: Servers): Promise<Places> {
  const place = `p${process.pid}_${++places}`;
  if (name === "memory") return { store: memory() };
  if (name === "sqlite") return { store: sqlite(join(servers.folder, `${place}.db`)) };
  await runSql(servers.postgres, `CREATE SCHEMA ${place}`);
  const store = postgres(`${servers.postgres}?options=-c%20search_path%3D${place}`);
  await (await store.open(realWorld)).close();
  if (name === "postgres") return { store, secret };
  return { store, secret, sessions: { store: redis(servers.redis, { prefix: place, maxAge: "1h" }) } };
}

let places = 0;

const secret = new Uint8Array(32).map((_, index) => 3 * index + 7);
