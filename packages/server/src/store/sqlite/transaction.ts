import { AsyncLocalStorage } from "node:async_hooks";
import type { DatabaseSync } from "node:sqlite";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { StoreBusyError } from "../../refusal.ts";

/**
 * Runs synchronous work under SQLite's write lock: all of it is committed, or none. While another process holds the lock, it is
 * asked for again and again without blocking this one. Throws `StoreBusyError` when that takes too long, or the disk fails.
 */
export type Transact = <T>(work: () => T) => Promise<T>;

/** The transactions of one connection. */
export type Transactions = {
  readonly transact: Transact;
  /** Resolves when all that was wanted by the end of this turn is done or refused; what is wanted later is refused with `StoreBusyError`. */
  readonly end: () => Promise<void>;
};

type Wish = {
  readonly work: () => unknown;
  readonly resolve: (done: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** How often it may still find the lock held. */
  triesLeft: number;
};

/**
 * Opens the queue of a connection. What is wanted in one turn of the event loop is committed together, one after the other, so
 * that the disk is waited for once (group commit). Nobody hears of anything that is not committed, and what fails fails alone.
 */
export function openTransactions(database: DatabaseSync): Transactions {
  let wishes: Wish[] = [];
  let working: Promise<void> | undefined;
  let hasEnded = false;
  /** So many of the first failed together, and are done one by one: so it is found out who is to blame. */
  let suspects = 0;

  const workOff = async (): Promise<void> => {
    while (wishes.length > 0) {
      // Those who come in the same turn come along, and others get theirs.
      await nextTurn();
      const batch = wishes.slice(0, suspects > 0 ? 1 : mostAtOnce);
      const outcome = settle(database, batch);
      if (outcome === "busy") {
        wishes = wishes.filter(hasPatience);
        await delay(waitMs);
      } else if (outcome === "undone") suspects = batch.length;
      else {
        wishes = wishes.slice(batch.length);
        suspects = Math.max(0, suspects - 1);
      }
    }
    working = undefined;
  };

  const transact: Transact = <T>(work: () => T) =>
    new Promise<T>((resolve, reject) => {
      if (hasEnded) return reject(new StoreBusyError("The database has been closed."));
      // In the context of whoever wants it, not of who came first: what decides may ask for it.
      const bound = AsyncLocalStorage.bind(work);
      wishes.push({ work: bound, resolve: (done) => resolve(done as T), reject, triesLeft: attempts });
      working ??= workOff();
    });

  return {
    transact,
    end: async () => {
      // What is asked for in this turn may be on its way here.
      await nextTurn();
      hasEnded = true;
      await working;
    },
  };
}

/** So many do not keep others from their turn for long. */
const mostAtOnce = 50;

/** One that found the lock held too often is refused. */
function hasPatience(wish: Wish): boolean {
  wish.triesLeft -= 1;
  if (wish.triesLeft > 0) return true;
  wish.reject(lockHeld());
  return false;
}

/**
 * Does what is wanted, and tells each. "busy": another process holds the lock, and nothing was done. "undone": of several, all were
 * taken back, and nobody was told.
 */
function settle(database: DatabaseSync, batch: readonly Wish[]): "done" | "busy" | "undone" {
  try {
    const settlements = inTransactionNow(database, () => batch.map((wish) => part(database, wish, batch.length > 1)));
    for (const tell of settlements) tell();
    return "done";
  } catch (error) {
    if (primaryCodeOf(error) === busy) return "busy";
    if (batch.length > 1) return "undone";
    batch[0]?.reject(asUnavailable(error));
    return "done";
  }
}

/** Answers what is to be told once all is committed. With others, it has a savepoint, to which it is taken back if it fails. */
function part(database: DatabaseSync, { work, resolve, reject }: Wish, hasOthers: boolean): () => void {
  if (hasOthers) database.exec("SAVEPOINT part");
  try {
    const done = work();
    if (hasOthers) database.exec("RELEASE part");
    return () => resolve(done);
  } catch (error) {
    // After some faults of the disk SQLite takes everything back by itself.
    if (!hasOthers || !database.isTransaction) throw error;
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

const lockHeld = (): Error => new StoreBusyError(`SQLite cannot do this now: ${passing[busy]}.`);

/** Nothing of it was done, and whoever asks is told to come back. SQLite's own text can hold names, and is left out. */
function asUnavailable(error: unknown): unknown {
  const code = primaryCodeOf(error);
  const reason = code === undefined ? undefined : passing[code];
  return reason === undefined ? error : new StoreBusyError(`SQLite cannot do this now: ${reason}.`, { cause: error });
}

/** The lowest byte of an extended result code, such as SQLITE_IOERR of SQLITE_IOERR_WRITE; undefined for what is not SQLite's. */
const primaryCodeOf = (error: unknown): number | undefined =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
