import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Pool } from "pg";
import { newIdentifier } from "../identifiers.ts";
import type { Peer } from "./peer.ts";

const columns = "id TEXT PRIMARY KEY, user_id TEXT NOT NULL, expires_at BIGINT NOT NULL";
const hourMs = 3_600_000;

/** A session by its primary key out of a file, by a prepared statement: what a server with sessions does at the least. */
export function sqliteSessions(folder: string, count: number): Peer {
  const database = new DatabaseSync(join(folder, "sessions.db"));
  database.exec(`PRAGMA journal_mode = WAL; CREATE TABLE session (${columns}) WITHOUT ROWID; BEGIN`);
  const insert = database.prepare("INSERT INTO session VALUES (?, ?, ?)");
  const ids = Array.from({ length: count }, newIdentifier);
  for (const id of ids) insert.run(id, newIdentifier(), Date.now() + hourMs);
  database.exec("COMMIT");
  const select = database.prepare("SELECT user_id, expires_at FROM session WHERE id = ?");
  const here = (from: number, to: number): void => {
    for (let at = from; at < to; at++) {
      if (select.get(ids[at % count] ?? "") === undefined) throw new Error("SQLite found no session.");
    }
  };
  return { name: "SQLite, the session", ask: { here } };
}

/** The same over a pool of connections; each plans the statement once. */
export async function postgresSessions(url: string, count: number): Promise<Peer> {
  const pool = new Pool({ connectionString: url, max: 16 });
  await pool.query(`CREATE TABLE bench_session (${columns})`);
  const ids = Array.from({ length: count }, newIdentifier);
  const insert = "INSERT INTO bench_session SELECT id, id, $2 FROM unnest($1::text[]) AS id";
  await pool.query(insert, [ids, Date.now() + hourMs]);
  await pool.query("ANALYZE bench_session");
  const text = "SELECT user_id, expires_at FROM bench_session WHERE id = $1";
  const away = async (at: number): Promise<void> => {
    const { rows } = await pool.query({ name: "session", text, values: [ids[at % count]] });
    if (rows.length !== 1) throw new Error("PostgreSQL found no session.");
  };
  return { name: "PostgreSQL, the session", ask: { away } };
}
