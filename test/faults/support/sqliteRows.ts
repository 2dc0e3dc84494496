import { DatabaseSync } from "node:sqlite";

/** All that a database holds: its rows by table, and SQLite's own word on whether the file is sound. */
export type Rows = {
  readonly isSound: boolean;
  readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
};

/** The tables of a store, whatever its engine, but for what may be lost. */
export const tables = [
  "accounts",
  "sessions",
  "opaque_tokens",
  "links",
  "mails",
  "audit",
  "keys",
  "revocations",
  "revocation_head",
] as const;

/** Reads them by a connection of its own. */
export function rowsOf(file: string): Rows {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    const all = (query: string): Record<string, unknown>[] => database.prepare(query).all();
    const integrity = all("PRAGMA integrity_check").map(Object.values);
    const foreign = all("PRAGMA foreign_key_check");
    return {
      isSound: JSON.stringify([integrity, foreign]) === '[[["ok"]],[]]',
      tables: Object.fromEntries(tables.map((table) => [table, all(`SELECT * FROM ${table}`)])),
    };
  } finally {
    database.close();
  }
}
