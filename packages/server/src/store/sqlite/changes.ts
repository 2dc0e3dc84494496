import type { DatabaseSync } from "node:sqlite";
import { EmailTakenError } from "../../refusal.ts";
import type { Account, Change, Session } from "../ports.ts";
import { auditWriter } from "./audit.ts";
import type { RevocationLog } from "./revocations.ts";
import { nullable } from "./row.ts";
import { insertUnlessTaken } from "./unique.ts";

/** Carries a change out inside the caller's transaction, in the order of the fields of `Change`. */
export function changeWriter(database: DatabaseSync, log: RevocationLog): (change: Change<unknown>) => void {
  const account = accountWriter(database);
  const session = sessionWriter(database);
  const insertToken = database.prepare("INSERT INTO opaque_tokens (hash, session_id, expires_at) VALUES (?, ?, ?)");
  const endSession = database.prepare("DELETE FROM sessions WHERE id = ?");
  const dropLinks = database.prepare("DELETE FROM links WHERE account_id = ? AND purpose = ?");
  const insertLink = database.prepare(
    `INSERT INTO links (hash, purpose, account_id, email, created_at, expires_at)
     VALUES (:hash, :purpose, :accountId, :email, :createdAt, :expiresAt)`,
  );
  const insertMail = database.prepare(
    "INSERT INTO mails (id, sealed, created_at, attempts, due_at) VALUES (:id, :sealed, :createdAt, :attempts, :dueAt)",
  );
  const deleteAccount = database.prepare("DELETE FROM accounts WHERE id = ?");
  const audit = auditWriter(database);
  return (change) => {
    if (change.account) account(change.account);
    for (const each of change.sessions ?? []) session(each);
    for (const { hash, sessionId, expiresAt } of change.tokens ?? []) insertToken.run(hash, sessionId, expiresAt);
    for (const id of change.ended ?? []) endSession.run(id);
    const dropped = change.dropLinks;
    for (const purpose of dropped?.purposes ?? []) dropLinks.run(dropped?.accountId ?? null, purpose);
    for (const link of change.links ?? []) insertLink.run(link);
    if (change.deleteAccount !== undefined) deleteAccount.run(change.deleteAccount);
    if (change.revocations && change.revocations.length > 0) log.append(change.revocations);
    for (const mail of change.mails ?? []) insertMail.run(mail);
    audit(change.audit ?? []);
  };
}

function accountWriter(database: DatabaseSync): (account: Account) => void {
  const upsert = database.prepare(
    `INSERT INTO accounts (id, email, email_verified_at, password_hash, password_changed_at, roles, fields, created_at, disabled_at)
     VALUES (:id, :email, :emailVerifiedAt, :passwordHash, :passwordChangedAt, :roles, :fields, :createdAt, :disabledAt)
     ON CONFLICT (id) DO UPDATE SET email = excluded.email, email_verified_at = excluded.email_verified_at,
       password_hash = excluded.password_hash, password_changed_at = excluded.password_changed_at, roles = excluded.roles,
       fields = excluded.fields, disabled_at = excluded.disabled_at`,
  );
  return (account) => {
    const kept = insertUnlessTaken(() =>
      upsert.run({
        ...account,
        emailVerifiedAt: nullable(account.emailVerifiedAt),
        roles: JSON.stringify(account.roles),
        fields: JSON.stringify(account.fields),
        disabledAt: nullable(account.disabledAt),
      }),
    );
    if (kept === "taken") throw new EmailTakenError("Another account has this address.");
  };
}

function sessionWriter(database: DatabaseSync): (session: Session) => void {
  const upsert = database.prepare(
    `INSERT INTO sessions (id, account_id, created_at, last_used_at, idle_ends_at, absolute_ends_at, authenticated_at, amr,
       transport, user_agent, address, generation, rotated_at)
     VALUES (:id, :accountId, :createdAt, :lastUsedAt, :idleEndsAt, :absoluteEndsAt, :authenticatedAt, :amr,
       :transport, :userAgent, :address, :generation, :rotatedAt)
     ON CONFLICT (id) DO UPDATE SET last_used_at = excluded.last_used_at, idle_ends_at = excluded.idle_ends_at,
       authenticated_at = excluded.authenticated_at, amr = excluded.amr, user_agent = excluded.user_agent,
       address = excluded.address, generation = excluded.generation, rotated_at = excluded.rotated_at`,
  );
  return (session) => {
    upsert.run({ ...session, amr: JSON.stringify(session.amr), address: nullable(session.address) });
  };
}
