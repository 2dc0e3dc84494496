import type { Migration } from "../migrations/migrations.ts";

/** The schema in SQLite. */
export const sqliteMigrations: readonly Migration[] = [
  {
    name: "accounts, sessions, keys, log",
    sql: `
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
  },
  {
    name: "verified addresses, links, life of keys, mails, audit, counters",
    // A version without this step would sign people in whose account is disabled.
    breaks: true,
    sql: `
  ALTER TABLE accounts ADD COLUMN email_verified_at INTEGER;
  ALTER TABLE accounts ADD COLUMN password_changed_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE accounts ADD COLUMN fields TEXT NOT NULL DEFAULT '{}';
  ALTER TABLE accounts ADD COLUMN disabled_at INTEGER;
  UPDATE accounts SET password_changed_at = created_at;
  CREATE INDEX accounts_by_age ON accounts (created_at, id);
  ALTER TABLE sessions ADD COLUMN authenticated_at INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE sessions ADD COLUMN transport TEXT NOT NULL DEFAULT 'bearer';
  ALTER TABLE sessions ADD COLUMN address TEXT;
  UPDATE sessions SET authenticated_at = created_at;
  CREATE TABLE links (
    hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    email TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX links_of_account ON links (account_id);
  CREATE INDEX links_by_end ON links (expires_at);
  ALTER TABLE keys ADD COLUMN signs_from INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE keys ADD COLUMN signs_until INTEGER;
  ALTER TABLE keys ADD COLUMN verifies_until INTEGER;
  ALTER TABLE keys ADD COLUMN revoked_at INTEGER;
  UPDATE keys SET signs_from = created_at;
  CREATE TABLE mails (
    id TEXT PRIMARY KEY, sealed TEXT NOT NULL, created_at INTEGER NOT NULL, attempts INTEGER NOT NULL, due_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX mails_by_due ON mails (due_at);
  CREATE TABLE audit (
    at INTEGER NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, outcome TEXT NOT NULL, actor TEXT, account_id TEXT, session_id TEXT,
    address TEXT, user_agent TEXT, details TEXT NOT NULL, PRIMARY KEY (at, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX audit_of_account ON audit (account_id, at, id);
  CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
  CREATE TABLE counters (
    key TEXT PRIMARY KEY, points INTEGER NOT NULL, ends_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX counters_by_end ON counters (ends_at);
  `,
  },
  {
    name: "scopes of services, and what is known of verifiers",
    sql: `
  ALTER TABLE services ADD COLUMN scopes TEXT NOT NULL DEFAULT '["introspect","revocation:read"]';
  CREATE TABLE verifiers (
    service_id TEXT NOT NULL, name TEXT NOT NULL, epoch TEXT, applied INTEGER NOT NULL, max_staleness_ms INTEGER NOT NULL,
    heard_at INTEGER NOT NULL, PRIMARY KEY (service_id, name)
  ) STRICT, WITHOUT ROWID;
  `,
  },
  {
    name: "an audit trail that only pruning shortens",
    // REPLACE deletes a row without its DELETE trigger, hence the one for INSERT. A version without this step goes on, but its
    // pruning of the trail is refused and told as a fault.
    sql: `
  CREATE TABLE audit_pruning (only INTEGER PRIMARY KEY CHECK (only = 1)) STRICT;
  CREATE TRIGGER audit_is_never_replaced BEFORE INSERT ON audit
    WHEN EXISTS (SELECT 1 FROM audit WHERE at = NEW.at AND id = NEW.id)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
  CREATE TRIGGER audit_is_only_pruned BEFORE DELETE ON audit
    WHEN NOT EXISTS (SELECT 1 FROM audit_pruning)
    BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
  `,
  },
  {
    name: "a log that a file beside the database knows",
    sql: "ALTER TABLE revocation_head ADD COLUMN is_marked INTEGER NOT NULL DEFAULT 0;",
  },
];
