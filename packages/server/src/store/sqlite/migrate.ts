import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import {
  type AppliedStep,
  type Migration,
  type PendingStep,
  pendingSteps,
  refusePending,
} from "../migrations/migrations.ts";
import { integer, type Row, text } from "./row.ts";
import { inTransactionNow } from "./transaction.ts";

/** Brings the schema up to date under SQLite's write lock: of several that start together one migrates, and the others wait. Throws `ConfigurationError` for one that this version cannot work with. */
export function migrate(database: DatabaseSync, known: readonly Migration[], now: number): void {
  // A look without the lock first, since most of the time nothing is pending.
  if (isRecorded(database) && pendingSteps(known, appliedSteps(database, known)).length === 0) return;
  inTransactionNow(database, () => {
    const applied = appliedSteps(database, known);
    const pending = pendingSteps(known, applied);
    database.exec(table);
    const record = recorder(database, now);
    for (const step of applied) record(step);
    for (const step of pending) {
      database.exec(step.sql);
      record(step);
    }
  });
}

/** Only checks, and makes no file. Throws `ConfigurationError` when steps are pending. */
export const requireMigrated = (file: string, known: readonly Migration[]): void =>
  refusePending(pendingSteps(known, readApplied(file, known)), file);

/** The steps that ran in a file, oldest first; none if there is no file. */
export function readApplied(file: string, known: readonly Migration[]): readonly AppliedStep[] {
  if (!existsSync(file)) return [];
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
  try {
    return appliedSteps(database, known);
  } finally {
    database.close();
  }
}

const table = `CREATE TABLE IF NOT EXISTS cardea_migrations
  (step INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL, oldest_compatible INTEGER NOT NULL) STRICT`;

const isRecorded = (database: DatabaseSync): boolean =>
  database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'cardea_migrations'").get() !== undefined;

function appliedSteps(database: DatabaseSync, known: readonly Migration[]): readonly AppliedStep[] {
  return isRecorded(database)
    ? database.prepare("SELECT * FROM cardea_migrations ORDER BY step").all().map(stepOf)
    : stepsBefore(Number(database.prepare("PRAGMA user_version").get()?.user_version), known);
}

const stepOf = (row: Row): AppliedStep => ({
  step: integer(row, "step"),
  name: text(row, "name"),
  oldestCompatible: integer(row, "oldest_compatible"),
});

/** The first versions only counted their steps, in `user_version`. More than are known may be anything, so they are not compatible. */
function stepsBefore(count: number, known: readonly Migration[]): readonly AppliedStep[] {
  const counted = pendingSteps(known, []).slice(0, count);
  return count > known.length ? [...counted, { step: count, name: "unknown", oldestCompatible: count }] : counted;
}

/** The first versions refuse a `user_version` above what they know, so it says what a version must know at least. */
function recorder(database: DatabaseSync, now: number): (step: AppliedStep | PendingStep) => void {
  const insert = database.prepare(
    "INSERT OR IGNORE INTO cardea_migrations (step, name, applied_at, oldest_compatible) VALUES (?, ?, ?, ?)",
  );
  return ({ step, name, oldestCompatible }) => {
    insert.run(step, name, now, oldestCompatible);
    database.exec(`PRAGMA user_version = ${oldestCompatible}`);
  };
}
