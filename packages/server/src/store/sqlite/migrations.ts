import type { DatabaseSync } from "node:sqlite";
import { inTransactionNow } from "./transaction.ts";

/** Forward only; each runs once, in order. A published step is never edited: a change is a new step. */
const migrations: readonly string[] = [
  `
  CREATE TABLE accounts (
    id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL, roles TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY, account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL, idle_ends_at INTEGER NOT NULL, absolute_ends_at INTEGER NOT NULL,
    amr TEXT NOT NULL, user_agent TEXT NOT NULL, generation INTEGER NOT NULL, rotated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sessions_of_account ON sessions (account_id);
  CREATE INDEX sessions_by_end ON sessions (min(idle_ends_at, absolute_ends_at));
  CREATE TABLE opaque_tokens (
    hash TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE, expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX opaque_tokens_of_session ON opaque_tokens (session_id);
  CREATE INDEX opaque_tokens_by_end ON opaque_tokens (expires_at);
  CREATE TABLE services (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, secret_hash TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE keys (
    kid TEXT PRIMARY KEY, purpose TEXT NOT NULL, alg TEXT NOT NULL, sealed TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE revocations (
    pos INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, expires_at INTEGER NOT NULL, issued_before INTEGER
  ) STRICT;
  CREATE INDEX revocations_by_end ON revocations (expires_at);
  CREATE TABLE revocation_head (
    only INTEGER PRIMARY KEY CHECK (only = 1), epoch TEXT NOT NULL, pos INTEGER NOT NULL
  ) STRICT;
  INSERT INTO revocation_head VALUES (1, lower(hex(randomblob(8))), 0);
  `,
];

/** Brings the database up to date under SQLite's write lock: of two processes that start together, one migrates and the other waits. */
export function migrate(database: DatabaseSync): void {
  inTransactionNow(database, () => {
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
    if (version > migrations.length) {
      throw new Error(
        `The database is of a newer Cardea (schema ${version}, this one knows ${migrations.length}). Start that version, or restore a backup made by this one.`,
      );
    }
    for (const step of migrations.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}
