import type { MailStore, WaitingMail } from "../ports.ts";
import type { Database } from "./database.ts";
import { integer, object, type Row, text } from "./row.ts";
import { statement } from "./statement.ts";

/** Waiting mails in PostgreSQL. */
export const mailStore = (database: Database): MailStore => ({
  claim: async (now, leaseUntil, limit) => {
    const claimed = (await database.run(claimDue(now, leaseUntil, limit))).map(mailOf);
    return claimed.toSorted((a, b) => a.createdAt - b.createdAt);
  },
  remove: async (id) => {
    await database.run(deleteMail(id));
  },
  postpone: async (id, dueAt) => {
    await database.run(postponeMail(id, dueAt));
  },
  count: async () => {
    const [row] = await database.find(countMails());
    return row ? integer(row, "waiting") : 0;
  },
});

/** Who claims at the same time skips what this one has, instead of waiting for it. */
const claimDue = statement(
  "claim_due",
  `WITH due AS MATERIALIZED (
     SELECT id FROM mails WHERE due_at <= $1 ORDER BY due_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
   )
   UPDATE mails AS mail SET due_at = $2, attempts = attempts + 1 FROM due WHERE mail.id = due.id
   RETURNING to_json(mail) AS mail`,
);
const deleteMail = statement("delete_mail", "DELETE FROM mails WHERE id = $1");
const postponeMail = statement("postpone_mail", "UPDATE mails SET due_at = $2 WHERE id = $1");
const countMails = statement("count_mails", "SELECT count(*)::int AS waiting FROM mails");

function mailOf(outer: Row): WaitingMail {
  const row = object(outer, "mail");
  return {
    id: text(row, "id"),
    sealed: text(row, "sealed"),
    createdAt: integer(row, "created_at"),
    attempts: integer(row, "attempts"),
    dueAt: integer(row, "due_at"),
  };
}
