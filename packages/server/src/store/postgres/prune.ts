import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "./database.ts";
import { integer } from "./row.ts";
import { type Call, statement } from "./statement.ts";

/** Removes what ended before `now`, and audit records older than `auditBefore`, slice by slice, so that no lock is held for long. */
export async function prune(database: Database, now: number, auditBefore: number): Promise<void> {
  for (const slice of slices) {
    while ((await removed(database, slice(now))) === sliceRows) await nextTurn();
  }
  while ((await removedRecords(database, auditBefore)) === sliceRows) await nextTurn();
}

const sliceRows = 1000;

async function removed(database: Database, slice: Call): Promise<number> {
  const [row] = await database.run(slice);
  return row ? integer(row, "removed") : 0;
}

/** The trail's trigger lets records go in a transaction that says what it does. */
const removedRecords = (database: Database, before: number): Promise<number> =>
  database.transaction({
    locks: [],
    read: countOldRecords(before),
    decide: ([row]) => {
      const count = row ? integer(row, "old") : 0;
      return { answer: count, calls: count > 0 ? [allowPruning(), deleteOldRecords(before)] : [] };
    },
  });

/** A row that somebody is changing just now is left for the next time. */
const slice = (table: string, key: string, end: string): ((now: number) => Call) =>
  statement(
    `prune_${table}`,
    `WITH ended AS MATERIALIZED (
       SELECT ${key} FROM ${table} WHERE ${end} <= $1 LIMIT ${sliceRows} FOR UPDATE SKIP LOCKED
     ), removed AS (
       DELETE FROM ${table} AS row USING ended WHERE row.${key} = ended.${key} RETURNING 1
     )
     SELECT count(*)::int AS removed FROM removed`,
  );

const slices = [
  slice("sessions", "id", "least(idle_ends_at, absolute_ends_at)"),
  slice("opaque_tokens", "hash", "expires_at"),
  slice("revocations", "pos", "expires_at"),
  slice("links", "hash", "expires_at"),
  slice("counters", "key", "ends_at"),
];

const oldRecords = `SELECT id FROM audit WHERE at < $1 ORDER BY at, id LIMIT ${sliceRows}`;
const countOldRecords = statement("count_old_records", `SELECT count(*)::int AS old FROM (${oldRecords}) AS records`);
const allowPruning = statement("allow_pruning", "SELECT set_config('cardea.prunes_audit', 'yes', true)");
const deleteOldRecords = statement("delete_old_records", `DELETE FROM audit WHERE id IN (${oldRecords})`);
