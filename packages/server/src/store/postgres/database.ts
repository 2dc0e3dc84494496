import { Pool, type PoolClient, type PoolConfig, type QueryResult } from "pg";
import { StoreBusyError } from "../../refusal.ts";
import { type Failure, failureError, isBroken, isConflict, isUndone, unknownOutcome } from "./failure.ts";
import type { Row } from "./row.ts";
import { type Call, isStorable, statement } from "./statement.ts";

/** A PostgreSQL database, by a pool of connections. Each function throws `StoreBusyError` while it cannot be reached. */
export type Database = {
  /** Looks something up: one statement, one snapshot, one round trip. */
  readonly find: (call: Call) => Promise<readonly Row[]>;
  /** Changes something by one statement, which is a transaction of its own. */
  readonly run: (call: Call) => Promise<readonly Row[]>;
  readonly transaction: <T>(transaction: Transaction<T>) => Promise<T>;
  readonly close: () => Promise<void>;
};

/** One transaction, in two round trips. It runs again after a conflict. */
export type Transaction<T> = {
  readonly locks: readonly Call[];
  /** What is read under the locks. */
  readonly read: Call;
  /** Decides by the rows that were read; pure, since it may run again. Nothing is done if it throws, or wants no calls. */
  readonly decide: (rows: readonly Row[]) => Decision<T>;
  /** Calls a failure a conflict, or names the error to throw for it. */
  readonly judge?: (failure: Failure) => "conflict" | Error | undefined;
};

/** What a transaction answers, and what it does before its end. */
export type Decision<T> = { readonly answer: T; readonly calls: readonly Call[] };

/** Opens a pool. Connections are made when they are needed, so this does not fail. `afterCommit` is told what was done. */
export function openDatabase(config: PoolConfig, afterCommit: (calls: readonly Call[]) => void = noBody): Database {
  // What is asked in one tick travels together: a transaction's statements do not wait for each other's answers.
  const pool = new Pool({ ...config, pipeline: true });
  // A connection that breaks while idle is forgotten, and one that breaks in use fails what it was used for: no event needed.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));

  const run = async (call: Call): Promise<readonly Row[]> => {
    const { rows } = await pool.query<Row>(call).catch((error: unknown) => {
      throw failureError({ what: call.name, error });
    });
    return rows;
  };
  return {
    run: async (call) => {
      const rows = await run(call);
      afterCommit([call]);
      return rows;
    },
    find: async (call) => (call.values.every(isStorable) ? run(call) : []),
    transaction: async (transaction) => {
      const { answer, calls } = await runTransaction(pool, transaction);
      afterCommit(calls);
      return answer;
    },
    close: () => pool.end(),
  };
}

const noBody = (): void => undefined;

async function runTransaction<T>(pool: Pool, transaction: Transaction<T>): Promise<Decision<T>> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const outcome = await withClient(pool, (client) => attemptTransaction(client, transaction));
    if ("answer" in outcome) return outcome;
    if (outcome.sentCommit && !isUndone(outcome)) throw unknownOutcome();
    const verdict = isConflict(outcome) ? "conflict" : transaction.judge?.(outcome);
    if (verdict !== "conflict") throw verdict ?? failureError(outcome);
  }
  throw new StoreBusyError("Changes of the same rows were in each other's way too often.");
}

/** So many conflicts in a row mean that more is wanted of a few rows than they can take. */
const attempts = 10;

type Outcome<T> = Decision<T> | (Failure & { readonly sentCommit: boolean });

/** Lends a connection. What is left open on it is rolled back, and a connection that broke, or cannot even do that, is thrown away. */
async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const client = await pool.connect().catch((error: unknown) => {
    throw failureError({ what: "connect", error });
  });
  let hasBroken = false;
  try {
    const outcome = await work(client);
    hasBroken = "error" in outcome && isBroken(outcome);
    return outcome;
  } finally {
    if (isInTransaction(client)) await client.query(rollback).catch(() => undefined);
    client.release(hasBroken || isInTransaction(client));
  }
}

const isInTransaction = (client: PoolClient): boolean => client.getTransactionStatus() !== "I";

async function attemptTransaction<T>(client: PoolClient, { locks, read, decide }: Transaction<T>): Promise<Outcome<T>> {
  const found = await pipelined(client, [begin, ...locks], read);
  if ("error" in found) return { ...found, sentCommit: false };
  const { answer, calls } = decide(found.rows);
  if (calls.length === 0) return { answer, calls };
  const committed = await pipelined(client, calls, commit);
  if ("error" in committed) return { ...committed, sentCommit: true };
  // So it answers when there is nothing left to commit; then one of the calls had failed.
  if (committed.command !== "COMMIT") throw new Error("PostgreSQL rolled a transaction back.");
  return { answer, calls };
}

// Whatever the database's default is: what is read under a lock must be newer than the lock.
const begin = statement("begin", "BEGIN ISOLATION LEVEL READ COMMITTED")();
const commit = statement("commit", "COMMIT")();
const rollback = statement("rollback", "ROLLBACK")();

/** Sends all at once. Gives the answer to the last call; or the first failure, which is the cause of those after it. */
async function pipelined(client: PoolClient, calls: readonly Call[], last: Call): Promise<QueryResult<Row> | Failure> {
  // One write to the socket instead of one a call.
  client.connection.stream.cork();
  const answers = calls.map((call) => answerTo(client, call));
  const answer = answerTo(client, last);
  client.connection.stream.uncork();
  const failure = (await Promise.all(answers)).find((each) => "error" in each);
  return failure ?? answer;
}

const answerTo = (client: PoolClient, call: Call): Promise<QueryResult<Row> | Failure> =>
  client.query<Row>(call).catch((error: unknown) => ({ what: call.name, error }));
