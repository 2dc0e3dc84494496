import { closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type EventSink, noEvent } from "../../event.ts";
import type { World } from "../../world.ts";
import type { OpenOptions, Store, StoreFactory } from "../ports.ts";
import { auditStore } from "./audit.ts";
import { checkFiles } from "./checkFiles.ts";
import type { Connection, LogConnection } from "./connection.ts";
import { counterStore } from "./counters.ts";
import { keyStore } from "./keys.ts";
import { type Lineage, openLineage } from "./lineage.ts";
import { localSecret } from "./localSecret.ts";
import { mailStore } from "./mails.ts";
import { migrate, readApplied, requireMigrated } from "./migrate.ts";
import { sqliteMigrations } from "./migrations.ts";
import { personStore } from "./people.ts";
import { prune } from "./prune.ts";
import { revocationLog } from "./revocations.ts";
import { serviceStore } from "./services.ts";
import { openTransactions, untilFree } from "./transaction.ts";
import { verifierStore } from "./verifiers.ts";
import { watchRevocations } from "./watch.ts";

/**
 * One file, created and migrated when opened; its folder too. The secret that seals signing keys is kept beside it, in
 * `<file>.secret`, readable by its owner only, so that a copy of the database alone opens nothing. Beside it, too, is
 * `<file>.lineage`, by which a copy of the database is known from the original.
 */
export const sqlite = (file: string): StoreFactory => ({
  name: `sqlite ${file}`,
  migratesAtStart: true,
  open: async (world, options) => openStore(file, world, options),
  localSecret: async (world, options) => localSecret(`${file}.secret`, world, options),
  migrations: async () => ({
    applied: Math.min(readApplied(file, sqliteMigrations).length, sqliteMigrations.length),
    steps: sqliteMigrations,
  }),
  exists: async () => existsSync(file),
  check: async () => checkFiles(file),
});

async function openStore(
  file: string,
  world: World,
  { migrate: mayMigrate = true, onEvent = noEvent }: OpenOptions = {},
): Promise<Store> {
  if (!mayMigrate) requireMigrated(file, sqliteMigrations);
  const { connection, lineage } = await openDatabase(file, { world, onEvent });
  const { database, transact, log } = connection;
  const counting = openCounting(file);
  const people = personStore(connection);
  const keys = keyStore(connection);
  /** Does what may move the log. What failed may have been carried out. */
  const moving = <T>(work: () => Promise<T>): Promise<T> => work().finally(lineage.note);
  return {
    people: {
      ...people,
      register: (email, decide) => moving(() => people.register(email, decide)),
      change: (subject, decide) => moving(() => people.change(subject, decide)),
    },
    keys: { ...keys, change: (decide) => moving(() => keys.change(decide)) },
    services: serviceStore(connection),
    revocations: {
      append: (revocations) => moving(() => transact(() => log.append(revocations))),
      read: (after, limit) => untilFree(() => log.read(after, limit)),
      watch: (onChange) => watchRevocations(connection, onChange),
      renew: (seen) => moving(() => transact(() => log.renew(seen))),
    },
    verifiers: verifierStore(counting),
    mails: mailStore(connection),
    audit: auditStore(connection),
    counters: counterStore(counting),
    prune: (now, auditBefore) => prune(connection, now, auditBefore),
    close: async () => {
      await Promise.all([connection.end(), counting.end()]);
      counting.database.close();
      lineage.close();
      database.close();
    },
  };
}

/** Write-ahead log with a sync at each commit: what was acknowledged survives a kill and a power cut. Readable by its owner only. */
async function openDatabase(
  file: string,
  { world, onEvent }: { readonly world: World; readonly onEvent: EventSink },
): Promise<{ readonly connection: LogConnection; readonly lineage: Lineage }> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, "a", 0o600));
  const database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true });
  try {
    // Of several first starts one turns the log on; SQLite refuses the others at once instead of letting them wait.
    await untilFree(() => database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"));
    migrate(database, sqliteMigrations, world.now());
    const connection = { ...openTransactions(database), database, log: revocationLog(database) };
    const lineage = openLineage(`${file}.lineage`, connection, onEvent);
    // From here on requests wait for the lock without blocking the others, which SQLite's own wait would: see Transact.
    database.exec("PRAGMA busy_timeout = 0;");
    return { connection, lineage };
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * A connection for what may be lost — counters, of which a sign-in moves a dozen, and what is known of verifiers: without a sync at each commit, which would hold up everybody else.
 * It survives a kill; a power cut may take back the last moments.
 */
export function openCounting(file: string): Connection {
  const database = new DatabaseSync(file);
  database.exec("PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 0;");
  return { ...openTransactions(database), database };
}
