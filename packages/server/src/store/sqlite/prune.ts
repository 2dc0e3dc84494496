import { setImmediate as nextTurn } from "node:timers/promises";
import type { Connection } from "./connection.ts";

/** Removes what ended before `now`, and audit records older than `auditBefore`, slice by slice, so that neither this process nor the lock is held for long. */
export async function prune(connection: Connection, now: number, auditBefore: number): Promise<void> {
  const { database } = connection;
  for (const statement of statements) {
    const remove = database.prepare(statement);
    await inSlices(connection, () => remove.run(now, sliceRows).changes);
  }
  const allow = database.prepare("INSERT INTO audit_pruning VALUES (1)");
  const remove = database.prepare(oldAudit);
  const forbid = database.prepare("DELETE FROM audit_pruning");
  await inSlices(connection, () => {
    // The trail's trigger lets records go in a transaction that says what it does; nobody else ever sees that row.
    allow.run();
    const { changes } = remove.run(auditBefore, sliceRows);
    forbid.run();
    return changes;
  });
}

async function inSlices({ transact }: Connection, remove: () => number | bigint): Promise<void> {
  const removed = (): Promise<number> => transact(() => Number(remove()));
  while ((await removed()) === sliceRows) await nextTurn();
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
