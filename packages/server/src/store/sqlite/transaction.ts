import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { StoreBusyError } from "../../refusal.ts";

/**
 * Runs synchronous work under SQLite's write lock: all of it is committed, or none. While another process holds the lock, it is
 * asked for again and again without blocking this one. Throws `StoreBusyError` when that takes too long, or the disk fails.
 */
export const inTransaction = <T>(database: DatabaseSync, work: () => T): Promise<T> =>
  untilFree(() => inTransactionNow(database, work));

/** Runs work again while another process is in its way; a single read, too. Throws `StoreBusyError` for what SQLite cannot do now. */
export async function untilFree<T>(work: () => T): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      const code = primaryCodeOf(error);
      if (code !== busy || attempt === attempts) throw asUnavailable(error, code);
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

const busy = 5;

/** What another moment may bring back, by SQLite's primary result codes. All else is a mistake of ours, or a broken file. */
const passing: Readonly<Record<number, string>> = {
  [busy]: "another process holds the lock of the database",
  7: "no memory is left",
  8: "the database cannot be written: its file is read-only, or was moved away",
  10: "the disk, or its file system, fails",
  13: "the disk is full",
  14: "a file of the database cannot be opened",
  15: "other processes are in the way too often",
};

/** Nothing of it was done, and whoever asks is told to come back. SQLite's own text can hold names, and is left out. */
function asUnavailable(error: unknown, code: number | undefined): unknown {
  const reason = code === undefined ? undefined : passing[code];
  return reason === undefined ? error : new StoreBusyError(`SQLite cannot do this now: ${reason}.`, { cause: error });
}

/** The lowest byte of an extended result code, such as SQLITE_IOERR of SQLITE_IOERR_WRITE; undefined for what is not SQLite's. */
const primaryCodeOf = (error: unknown): number | undefined =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
