import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Store, StoreFactory } from "../ports.ts";
import { accountStore } from "./accounts.ts";
import { keyStore } from "./keys.ts";
import { localSecret } from "./localSecret.ts";
import { migrate } from "./migrations.ts";
import { prune } from "./prune.ts";
import { appendRevocations, readRevocations } from "./revocations.ts";
import { serviceStore } from "./services.ts";
import { sessionStore } from "./sessions.ts";
import { inTransaction, untilFree } from "./transaction.ts";

/**
 * One file, created and migrated when opened; its folder too. The secret that seals signing keys is kept beside it, in
 * `<file>.secret`, readable by its owner only, so that a copy of the database alone opens nothing.
 */
export const sqlite = (file: string): StoreFactory => ({
  name: `sqlite ${file}`,
  open: () => openStore(file),
  localSecret: async (world) => localSecret(`${file}.secret`, world),
});

async function openStore(file: string): Promise<Store> {
  const database = await openDatabase(file);
  return {
    accounts: accountStore(database),
    sessions: sessionStore(database),
    keys: keyStore(database),
    services: serviceStore(database),
    revocations: {
      append: async (revocations) => inTransaction(database, () => appendRevocations(database, revocations)),
      read: async (after, limit) => readRevocations(database, after, limit),
    },
    prune: (now) => prune(database, now),
    close: async () => database.close(),
  };
}

/** Write-ahead log with a sync at each commit: what was acknowledged survives a kill and a power cut. Readable by its owner only. */
async function openDatabase(file: string): Promise<DatabaseSync> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, "a", 0o600));
  const database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
  try {
    // Of several first starts one turns the log on; SQLite refuses the others at once instead of letting them wait.
    await untilFree(() => database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"));
    migrate(database);
  } catch (error) {
    database.close();
    throw error;
  }
  // From here on requests wait for the lock without blocking the others, which SQLite's own wait would: see inTransaction.
  database.exec("PRAGMA busy_timeout = 0;");
  return database;
}
