import type { AuditRecord, AuditStore } from "../ports.ts";
import type { Database } from "./database.ts";
import { integer, object, optionalText, type Row, text } from "./row.ts";
import { insertion, statement } from "./statement.ts";

/** The audit trail in PostgreSQL, where a trigger refuses every other change of it. */
export const auditStore = (database: Database): AuditStore => ({
  append: async (records) => {
    if (records.length > 0) await database.run(auditInsertion(records));
  },
  list: async ({ limit, accountId, before }) => {
    const page = [limit, before ?? null];
    const call = accountId === undefined ? latestRecords(...page) : latestOfAccount(...page, accountId);
    return (await database.find(call)).map((row) => recordOf(object(row, "record")));
  },
});

/** Appends, inside the transaction of the cause. */
export const auditInsertion = insertion("audit", [
  "id",
  "at",
  "type",
  "outcome",
  "actor",
  "account_id",
  "session_id",
  "address",
  "user_agent",
  { json: "details" },
]);

const before = "($2::text IS NULL OR (at, id) < (SELECT at, id FROM audit WHERE id = $2))";
const latest = (where: string): string =>
  `SELECT to_json(record) AS record FROM audit AS record WHERE ${where} ORDER BY at DESC, id DESC LIMIT $1`;
const latestRecords = statement("latest_records", latest(before));
const latestOfAccount = statement("latest_of_account", latest(`account_id = $3 AND ${before}`));

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
  details: object(row, "details"),
});

const outcomeOf = (name: string): AuditRecord["outcome"] => (name === "done" || name === "refused" ? name : "failed");
