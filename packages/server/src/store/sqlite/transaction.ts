import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { StoreBusyError } from "../../refusal.ts";

/**
 * Runs synchronous work under SQLite's write lock: all of it is committed, or none. While another process holds the lock, it is
 * asked for again and again without blocking this one. Throws `StoreBusyError` when that takes too long, or the disk fails.
 */
export type Transact = <T>(work: () => T) => Promise<T>;

type Wish = {
  readonly work: () => unknown;
  readonly resolve: (done: unknown) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Transactions of one connection. What is wanted in one turn of the event loop is committed together, one after the other, so that
 * the disk is waited for once (group commit); what fails takes back its own part only. Nobody hears of anything that is not committed.
 */
export function createTransact(database: DatabaseSync): Transact {
  let wishes: Wish[] = [];

  const flush = async (): Promise<void> => {
    const batch = wishes.slice(0, mostAtOnce);
    wishes = wishes.slice(mostAtOnce);
    if (wishes.length > 0) setImmediate(flush);
    try {
      const settlements = await untilFree(() => allInTransaction(database, batch));
      for (const settle of settlements) settle();
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  return <T>(work: () => T) =>
    new Promise<T>((resolve, reject) => {
      if (wishes.length === 0) setImmediate(flush);
      wishes.push({ work, resolve: (done) => resolve(done as T), reject });
    });
}

/** So many do not keep others from their turn for long. */
const mostAtOnce = 50;

/** Answers what is to be told once all is committed. */
const allInTransaction = (database: DatabaseSync, batch: readonly Wish[]): readonly (() => void)[] =>
  inTransactionNow(database, () => batch.map(batch.length === 1 ? alone : (wish) => inSavepoint(database, wish)));

/** What fails alone fails with the transaction. */
function alone({ work, resolve }: Wish): () => void {
  const done = work();
  return () => resolve(done);
}

function inSavepoint(database: DatabaseSync, { work, resolve, reject }: Wish): () => void {
  database.exec("SAVEPOINT part");
  try {
    const done = work();
    database.exec("RELEASE part");
    return () => resolve(done);
  } catch (error) {
    // After some faults of the disk SQLite takes everything back by itself.
    if (!database.isTransaction) throw error;
    database.exec("ROLLBACK TO part; RELEASE part");
    return () => reject(asUnavailable(error));
  }
}

/** Runs work again while another process is in its way; a single read, too. Throws `StoreBusyError` for what SQLite cannot do now. */
export async function untilFree<T>(work: () => T): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return work();
    } catch (error) {
      if (primaryCodeOf(error) !== busy || attempt === attempts) throw asUnavailable(error);
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
function asUnavailable(error: unknown): unknown {
  const code = primaryCodeOf(error);
  const reason = code === undefined ? undefined : passing[code];
  return reason === undefined ? error : new StoreBusyError(`SQLite cannot do this now: ${reason}.`, { cause: error });
}

/** The lowest byte of an extended result code, such as SQLITE_IOERR of SQLITE_IOERR_WRITE; undefined for what is not SQLite's. */
const primaryCodeOf = (error: unknown): number | undefined =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
