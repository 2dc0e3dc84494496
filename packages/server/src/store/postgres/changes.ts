import type { Account, Change } from "../ports.ts";
import { auditInsertion } from "./audit.ts";
import { appendRevocations } from "./revocations.ts";
import { type Call, insertion, orUpdate, statement } from "./statement.ts";

/** What carries a change out. The log comes last, since its head's row is everybody's lock until the commit. */
export function changeCalls(change: Change<unknown>): readonly Call[] {
  const { account, deleteAccount, dropLinks, ended = [], revocations = [] } = change;
  return [
    ...(account ? [writeAccount(account)] : []),
    ...some(change.sessions, writeSessions),
    ...some(change.tokens, insertTokens),
    ...(ended.length > 0 ? [endSessions(ended)] : []),
    ...(dropLinks ? [deleteLinks(dropLinks.accountId, dropLinks.purposes)] : []),
    ...some(change.links, insertLinks),
    ...(deleteAccount === undefined ? [] : [removeAccount(deleteAccount)]),
    ...some(change.mails, insertMails),
    ...some(change.audit, auditInsertion),
    ...(revocations.length > 0 ? [appendRevocations(revocations)] : []),
  ];
}

const some = (rows: readonly object[] = [], insert: (rows: readonly object[]) => Call): readonly Call[] =>
  rows.length > 0 ? [insert(rows)] : [];

const ofAccount = [
  "email",
  "email_verified_at",
  "password_hash",
  "password_changed_at",
  "roles",
  { json: "fields" },
  "disabled_at",
];
const writeAccounts = insertion("accounts", ["id", "created_at", ...ofAccount], orUpdate("id", ofAccount));
const writeAccount = (account: Account): Call => writeAccounts([account]);

const ofSession = [
  "last_used_at",
  "idle_ends_at",
  "absolute_ends_at",
  "authenticated_at",
  "amr",
  "user_agent",
  "address",
  "generation",
  "rotated_at",
];
const writeSessions = insertion(
  "sessions",
  ["id", "account_id", "created_at", "transport", ...ofSession],
  orUpdate("id", ofSession),
);
const insertTokens = insertion("opaque_tokens", ["hash", "session_id", "expires_at"]);
const insertLinks = insertion("links", ["hash", "purpose", "account_id", "email", "created_at", "expires_at"]);
const insertMails = insertion("mails", ["id", "sealed", "created_at", "attempts", "due_at"]);

const endSessions = statement("end_sessions", "DELETE FROM sessions WHERE id = ANY($1)");
const deleteLinks = statement("delete_links", "DELETE FROM links WHERE account_id = $1 AND purpose = ANY($2)");
const removeAccount = statement("delete_account", "DELETE FROM accounts WHERE id = $1");
