import type { MailStore, WaitingMail } from "../ports.ts";
import type { Connection } from "./connection.ts";
import { integer, type Row, text } from "./row.ts";
import { untilFree } from "./transaction.ts";

/** Waiting mails in SQLite. */
export function mailStore({ database, transact }: Connection): MailStore {
  const claim = database.prepare(
    `UPDATE mails SET due_at = :leaseUntil, attempts = attempts + 1
     WHERE id IN (SELECT id FROM mails WHERE due_at <= :now ORDER BY created_at, id LIMIT :limit) RETURNING *`,
  );
  const remove = database.prepare("DELETE FROM mails WHERE id = ?");
  const postpone = database.prepare("UPDATE mails SET due_at = ? WHERE id = ?");
  const isDue = database.prepare("SELECT 1 FROM mails WHERE due_at <= ? LIMIT 1");
  const count = database.prepare("SELECT count(*) AS waiting FROM mails");
  return {
    claim: async (now, leaseUntil, limit) => {
      // A look without the write lock first: most of the time nothing waits.
      if (!(await untilFree(() => isDue.get(now)))) return [];
      const claimed = await transact(() => claim.all({ now, leaseUntil, limit }));
      return claimed.map(mailOf).toSorted((a, b) => a.createdAt - b.createdAt);
    },
    remove: async (id) => {
      await transact(() => remove.run(id));
    },
    postpone: async (id, dueAt) => {
      await transact(() => postpone.run(dueAt, id));
    },
    count: async () => {
      const row = await untilFree(() => count.get());
      return row ? integer(row, "waiting") : 0;
    },
  };
}

const mailOf = (row: Row): WaitingMail => ({
  id: text(row, "id"),
  sealed: text(row, "sealed"),
  createdAt: integer(row, "created_at"),
  attempts: integer(row, "attempts"),
  dueAt: integer(row, "due_at"),
});
