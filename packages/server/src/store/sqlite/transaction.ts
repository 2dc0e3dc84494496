import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { StoreBusyError } from "../../refusal.ts";

/**
 * Runs synchronous work under SQLite's write lock: all of it is committed, or none. While another process holds the lock, it is
 * asked for again and again without blocking this one. Throws `StoreBusyError` when that takes too long.
 */
export const inTransaction = <T>(database: DatabaseSync, work: () => T): Promise<T> =>
  untilFree(() => inTransactionNow(database, work));

/** Runs work again while another process is in its way. */
export async function untilFree<T>(work: () => T): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (attempt === attempts) throw new StoreBusyError("Another process holds the lock of the database.");
    }
    await delay(waitMs);
  }
}

/** The same at once: waits, and blocks, as long as the connection's own timeout says. */
export function inTransactionNow<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const done = work();
    database.exec("COMMIT");
    return done;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** About two seconds in all: a request that waits longer is better told to come back. */
const attempts = 40;
const waitMs = 50;

/** SQLITE_BUSY with all its extensions (their lowest byte is 5). */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" && (error.errcode & 0xff) === 5;
