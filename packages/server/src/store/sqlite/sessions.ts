import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Session, SessionDecision, SessionRow, SessionStore } from "../ports.ts";
import { accountOf } from "./accounts.ts";
import { appendRevocations, revocationHead } from "./revocations.ts";
import { integer, type Row, text, textList } from "./row.ts";
import { inTransaction } from "./transaction.ts";

/** Sessions, their refresh families and opaque tokens in SQLite; every change under the write lock. */
export function sessionStore(database: DatabaseSync): SessionStore {
  const account = database.prepare("SELECT * FROM accounts WHERE id = ?");
  const session = database.prepare("SELECT * FROM sessions WHERE id = ?");
  const ofAccount = database.prepare("SELECT * FROM sessions WHERE account_id = ?");
  const byToken = database.prepare(
    "SELECT session_id, expires_at FROM opaque_tokens WHERE hash = ? AND expires_at > ?",
  );
  const carryOut = decisionWriter(database);

  const rowOf = (found: Row | undefined): SessionRow | undefined => {
    const owner = found && account.get(text(found, "account_id"));
    return found && owner && { session: sessionOf(found), account: accountOf(owner), head: revocationHead(database) };
  };
  const decideOn = <T>(row: SessionRow, decide: (row: SessionRow) => SessionDecision<T>): T => {
    const decision = decide(row);
    carryOut(row.session.id, decision);
    return decision.answer;
  };

  return {
    start: async (accountId, decide) =>
      inTransaction(database, () => {
        const owner = account.get(accountId);
        if (!owner) return undefined;
        const decision = decide({ account: accountOf(owner), head: revocationHead(database) });
        carryOut(decision.write.id, decision);
        return decision.answer;
      }),
    change: async (id, decide) =>
      inTransaction(database, () => {
        const row = rowOf(session.get(id));
        return row && decideOn(row, decide);
      }),
    changeEach: async (accountId, decide) =>
      inTransaction(database, () => {
        const rows = ofAccount.all(accountId).flatMap((found) => rowOf(found) ?? []);
        return rows.map((row) => decideOn(row, decide));
      }),
    list: async (accountId) => ofAccount.all(accountId).map(sessionOf),
    findByToken: async (hash, now) =>
      inSnapshot(database, () => {
        const token = byToken.get(hash, now);
        const row = token && rowOf(session.get(text(token, "session_id")));
        return token && row && { ...row, token: { hash, expiresAt: integer(token, "expires_at") } };
      }),
  };
}

/** Reads that must see one moment, without the write lock. */
function inSnapshot<T>(database: DatabaseSync, read: () => T): T {
  database.exec("BEGIN");
  try {
    return read();
  } finally {
    database.exec("COMMIT");
  }
}

function decisionWriter(database: DatabaseSync): (id: string, decision: SessionDecision<unknown>) => void {
  const upsert = database.prepare(
    `INSERT INTO sessions (id, account_id, created_at, last_used_at, idle_ends_at, absolute_ends_at, amr, user_agent, generation, rotated_at)
     VALUES (:id, :accountId, :createdAt, :lastUsedAt, :idleEndsAt, :absoluteEndsAt, :amr, :userAgent, :generation, :rotatedAt)
     ON CONFLICT (id) DO UPDATE SET last_used_at = excluded.last_used_at, idle_ends_at = excluded.idle_ends_at,
       amr = excluded.amr, user_agent = excluded.user_agent, generation = excluded.generation, rotated_at = excluded.rotated_at`,
  );
  const insertToken = database.prepare("INSERT INTO opaque_tokens (hash, session_id, expires_at) VALUES (?, ?, ?)");
  const remove: StatementSync = database.prepare("DELETE FROM sessions WHERE id = ?");
  return (id, { write, token, end }) => {
    if (write) upsert.run({ ...write, amr: JSON.stringify(write.amr) });
    if (token) insertToken.run(token.hash, id, token.expiresAt);
    if (!end) return;
    remove.run(id);
    if (end.revocation) appendRevocations(database, [end.revocation]);
  };
}

const sessionOf = (row: Row): Session => ({
  id: text(row, "id"),
  accountId: text(row, "account_id"),
  createdAt: integer(row, "created_at"),
  lastUsedAt: integer(row, "last_used_at"),
  idleEndsAt: integer(row, "idle_ends_at"),
  absoluteEndsAt: integer(row, "absolute_ends_at"),
  amr: textList(row, "amr"),
  userAgent: text(row, "user_agent"),
  generation: integer(row, "generation"),
  rotatedAt: integer(row, "rotated_at"),
});
