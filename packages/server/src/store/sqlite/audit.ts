import type { DatabaseSync } from "node:sqlite";
import type { AuditRecord, AuditStore } from "../ports.ts";
import type { Connection } from "./connection.ts";
import { integer, jsonObject, nullable, optionalText, type Row, text } from "./row.ts";
import { untilFree } from "./transaction.ts";

/** The audit trail in SQLite. */
export function auditStore({ database, transact }: Connection): AuditStore {
  const append = auditWriter(database);
  const latest = (where: string): string => `SELECT * FROM audit WHERE ${where} ORDER BY at DESC, id DESC LIMIT :limit`;
  const before = "(:before IS NULL OR (at, id) < (SELECT at, id FROM audit WHERE id = :before))";
  const all = database.prepare(latest(before));
  const ofAccount = database.prepare(latest(`account_id = :accountId AND ${before}`));
  return {
    append: async (records) => transact(() => append(records)),
    list: ({ limit, accountId, before: last }) => {
      const page = { limit, before: nullable(last) };
      const rows = (): readonly Row[] =>
        accountId === undefined ? all.all(page) : ofAccount.all({ ...page, accountId });
      return untilFree(() => rows().map(recordOf));
    },
  };
}

/** Appends inside the caller's transaction. */
export function auditWriter(database: DatabaseSync): (records: readonly AuditRecord[]) => void {
  const insert = database.prepare(
    `INSERT INTO audit (at, id, type, outcome, actor, account_id, session_id, address, user_agent, details)
     VALUES (:at, :id, :type, :outcome, :actor, :accountId, :sessionId, :address, :userAgent, :details)`,
  );
  return (records) => {
    for (const record of records) {
      insert.run({
        ...record,
        actor: nullable(record.actor),
        accountId: nullable(record.accountId),
        sessionId: nullable(record.sessionId),
        address: nullable(record.address),
        userAgent: nullable(record.userAgent),
        details: JSON.stringify(record.details),
      });
    }
  };
}

const recordOf = (row: Row): AuditRecord => ({
  id: text(row, "id"),
  at: integer(row, "at"),
  type: text(row, "type"),
  outcome: outcomeOf(text(row, "outcome")),
  actor: optionalText(row, "actor"),
  accountId: optionalText(row, "account_id"),
  sessionId: optionalText(row, "session_id"),
  address: optionalText(row, "address"),
  userAgent: optionalText(row, "user_agent"),
  details: jsonObject(row, "details"),
});

const outcomeOf = (name: string): AuditRecord["outcome"] => (name === "done" || name === "refused" ? name : "failed");
