import type { DatabaseSync } from "node:sqlite";
import { setImmediate as nextTurn } from "node:timers/promises";
import { inTransaction } from "./transaction.ts";

/** Removes what ended before `now`, and audit records older than `auditBefore`, slice by slice, so that neither this process nor the lock is held for long. */
export async function prune(database: DatabaseSync, now: number, auditBefore: number): Promise<void> {
  for (const { statement, before } of [
    ...statements.map((each) => ({ statement: each, before: now })),
    { statement: oldAudit, before: auditBefore },
  ]) {
    const remove = database.prepare(statement);
    const removed = (): Promise<number> => inTransaction(database, () => Number(remove.run(before, sliceRows).changes));
    while ((await removed()) === sliceRows) await nextTurn();
  }
}

const sliceRows = 1000;

const statements = [
  `DELETE FROM sessions WHERE id IN
    (SELECT id FROM sessions WHERE min(idle_ends_at, absolute_ends_at) <= ? LIMIT ?)`,
  "DELETE FROM opaque_tokens WHERE hash IN (SELECT hash FROM opaque_tokens WHERE expires_at <= ? LIMIT ?)",
  "DELETE FROM revocations WHERE pos IN (SELECT pos FROM revocations WHERE expires_at <= ? LIMIT ?)",
  "DELETE FROM links WHERE hash IN (SELECT hash FROM links WHERE expires_at <= ? LIMIT ?)",
  "DELETE FROM counters WHERE key IN (SELECT key FROM counters WHERE ends_at <= ? LIMIT ?)",
];

const oldAudit = "DELETE FROM audit WHERE (at, id) IN (SELECT at, id FROM audit WHERE at < ? LIMIT ?)";
