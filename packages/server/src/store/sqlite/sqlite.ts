import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Store, StoreFactory } from "../ports.ts";
import { accountStore } from "./accounts.ts";
import { keyStore } from "./keys.ts";
import { localSecret } from "./localSecret.ts";
import { migrate } from "./migrations.ts";
import { appendRevocations, readRevocations } from "./revocations.ts";
import { serviceStore } from "./services.ts";
import { sessionStore } from "./sessions.ts";
import { inTransaction } from "./transaction.ts";

/**
 * One file, created and migrated when opened; its folder too. The secret that seals signing keys is kept beside it, in
 * `<file>.secret`, readable by its owner only, so that a copy of the database alone opens nothing.
 */
export const sqlite = (file: string): StoreFactory => ({
  name: `sqlite ${file}`,
  open: async () => openStore(file),
  localSecret: async (world) => localSecret(`${file}.secret`, world),
});

function openStore(file: string): Store {
  const database = openDatabase(file);
  migrate(database);
  return {
    accounts: accountStore(database),
    sessions: sessionStore(database),
    keys: keyStore(database),
    services: serviceStore(database),
    revocations: {
      append: async (revocations) => inTransaction(database, () => appendRevocations(database, revocations)),
      read: async (after, limit) => readRevocations(database, after, limit),
    },
    prune: async (now) => prune(database, now),
    close: async () => database.close(),
  };
}

/** Write-ahead log with a sync at each commit: what was acknowledged survives a kill and a power cut. */
function openDatabase(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
  return database;
}

function prune(database: DatabaseSync, now: number): void {
  inTransaction(database, () => {
    database.prepare("DELETE FROM sessions WHERE min(idle_ends_at, absolute_ends_at) <= ?").run(now);
    database.prepare("DELETE FROM opaque_tokens WHERE expires_at <= ?").run(now);
    database.prepare("DELETE FROM revocations WHERE expires_at <= ?").run(now);
  });
}
