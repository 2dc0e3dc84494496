import { EmailTakenError } from "../../refusal.ts";
import type { Person, PersonStore, Subject } from "../ports.ts";
import { changeCalls } from "./changes.ts";
import type { Database } from "./database.ts";
import { isTaken } from "./failure.ts";
import { accountOf, headOf, linkOf, sessionOf, tokenOf } from "./personRows.ts";
import { object, objects, optionalObject, type Row } from "./row.ts";
import { type Call, isStorable, statement } from "./statement.ts";

/** People in PostgreSQL. A change holds the lock of the account's row from before it reads until it is committed. */
export const personStore = (database: Database): PersonStore => ({
  register: (email, decide) =>
    database.transaction({
      locks: [],
      read: lockedAccountByEmail(email),
      decide: ([row]) => {
        const change = decide(row && accountOf(object(row, "account")));
        return { answer: change.answer, calls: changeCalls(change) };
      },
      // There is no row to lock for an address that is free. Who comes second finds it taken, and decides again.
      judge: (failure) => (isTaken(failure, uniqueEmail) ? "conflict" : undefined),
    }),
  change: async (subject, decide) => {
    const [lock, read, key] = callsFor(subject);
    if (!isStorable(key)) return undefined;
    return database.transaction({
      locks: [lock(key)],
      read: read(key),
      decide: ([row]) => {
        if (!row) return { answer: undefined, calls: [] };
        const change = decide(personOf(row));
        return { answer: change.answer, calls: changeCalls(change) };
      },
      judge: (failure) =>
        isTaken(failure, uniqueEmail) ? new EmailTakenError("Another account has this address.") : undefined,
    });
  },
  find: async (id) => first(await database.find(accountById(id)), "account", accountOf),
  findByEmail: async (email) => first(await database.find(accountByEmail(email)), "account", accountOf),
  list: async (limit, after) => {
    const rows = await database.find(after === undefined ? oldestAccounts(limit) : accountsAfter(limit, after));
    return rows.map((row) => accountOf(object(row, "account")));
  },
  sessions: async (accountId) =>
    (await database.find(sessionsOfAccount(accountId))).map((row) => sessionOf(object(row, "session"))),
  findLink: async (hash) => first(await database.find(linkByHash(hash)), "link", linkOf),
  findByToken: async ({ hash, sessionId }, now) => {
    const [row] = await database.find(liveToken(hash, sessionId, now));
    return (
      row && {
        token: tokenOf(object(row, "token")),
        session: sessionOf(object(row, "session")),
        account: accountOf(object(row, "account")),
        head: headOf(object(row, "head")),
      }
    );
  },
});

const uniqueEmail = "accounts_email_unique";

const first = <T>([row]: readonly Row[], column: string, of: (row: Row) => T): T | undefined =>
  row && of(object(row, column));

function personOf(row: Row): Person {
  const link = optionalObject(row, "link");
  return {
    account: accountOf(object(row, "account")),
    sessions: objects(row, "sessions").map(sessionOf),
    link: link && linkOf(link),
    head: headOf(object(row, "head")),
  };
}

type Statement = (key: string) => Call;

function callsFor(subject: Subject): readonly [lock: Statement, read: Statement, key: string] {
  if ("sessionId" in subject) return [lockBySession, personBySession, subject.sessionId];
  if ("linkHash" in subject) return [lockByLink, personByLink, subject.linkHash];
  return [lockById, personById, subject.accountId];
}

const lockAccount = (name: string, where: string): Statement =>
  statement(`lock_account_${name}`, `SELECT FROM accounts WHERE ${where} FOR UPDATE`);

const lockById = lockAccount("by_id", "id = $1");
const lockBySession = lockAccount("by_session", "id = (SELECT account_id FROM sessions WHERE id = $1)");
const lockByLink = lockAccount("by_link", "id = (SELECT account_id FROM links WHERE hash = $1)");

const allSessions = `(SELECT coalesce(json_agg(session ORDER BY session.created_at, session.id), '[]')
  FROM sessions AS session WHERE session.account_id = account.id)`;

// Each is one statement, hence one snapshot: a head that is newer than the rows would let a token outlive its revocation.
const personById = statement(
  "person_by_id",
  `SELECT to_json(account) AS account, ${allSessions} AS sessions, NULL AS link, to_json(head) AS head
   FROM accounts AS account, revocation_head AS head WHERE account.id = $1`,
);
const personBySession = statement(
  "person_by_session",
  `SELECT to_json(account) AS account, json_build_array(session) AS sessions, NULL AS link, to_json(head) AS head
   FROM sessions AS session JOIN accounts AS account ON account.id = session.account_id, revocation_head AS head
   WHERE session.id = $1`,
);
const personByLink = statement(
  "person_by_link",
  `SELECT to_json(account) AS account, ${allSessions} AS sessions, to_json(link) AS link, to_json(head) AS head
   FROM links AS link JOIN accounts AS account ON account.id = link.account_id, revocation_head AS head
   WHERE link.hash = $1`,
);

const accountById = statement(
  "account_by_id",
  "SELECT to_json(account) AS account FROM accounts AS account WHERE id = $1",
);
const accountByEmail = statement(
  "account_by_email",
  "SELECT to_json(account) AS account FROM accounts AS account WHERE email = $1",
);
const lockedAccountByEmail = statement(
  "locked_account_by_email",
  "SELECT to_json(account) AS account FROM accounts AS account WHERE email = $1 FOR UPDATE",
);
const oldestAccounts = statement(
  "oldest_accounts",
  "SELECT to_json(account) AS account FROM accounts AS account ORDER BY created_at, id LIMIT $1",
);
const accountsAfter = statement(
  "accounts_after",
  `SELECT to_json(account) AS account FROM accounts AS account
   WHERE (created_at, id) > (SELECT created_at, id FROM accounts WHERE id = $2) ORDER BY created_at, id LIMIT $1`,
);
const sessionsOfAccount = statement(
  "sessions_of_account",
  "SELECT to_json(session) AS session FROM sessions AS session WHERE account_id = $1 ORDER BY created_at, id",
);
const linkByHash = statement("link_by_hash", "SELECT to_json(link) AS link FROM links AS link WHERE hash = $1");
const liveToken = statement(
  "live_token",
  `SELECT to_json(token) AS token, to_json(session) AS session, to_json(account) AS account, to_json(head) AS head
   FROM opaque_tokens AS token JOIN sessions AS session ON session.id = token.session_id
     JOIN accounts AS account ON account.id = session.account_id, revocation_head AS head
   WHERE token.hash = $1 AND token.session_id = $2 AND token.expires_at > $3`,
);
