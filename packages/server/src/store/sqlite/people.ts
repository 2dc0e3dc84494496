import type { DatabaseSync } from "node:sqlite";
import type { Account, Person, PersonStore, Subject } from "../ports.ts";
import { changeWriter } from "./changes.ts";
import type { LogConnection } from "./connection.ts";
import { accountOf, linkOf, sessionOf } from "./personRows.ts";
import type { RevocationLog } from "./revocations.ts";
import { integer, type Row, text } from "./row.ts";
import { untilFree } from "./transaction.ts";

/** People in SQLite. Every change runs under the write lock, so whatever it reads is what it changes. */
export function personStore({ database, transact, log }: LogConnection): PersonStore {
  const carryOut = changeWriter(database, log);
  const read = personReader(database, log);
  const list = database.prepare(
    `SELECT * FROM accounts WHERE :after IS NULL OR (created_at, id) > (SELECT created_at, id FROM accounts WHERE id = :after)
     ORDER BY created_at, id LIMIT :limit`,
  );
  // One statement, hence one snapshot. Account and session share two names of columns: here they are the account's.
  const liveToken = database.prepare(
    `SELECT token.expires_at AS token_expires_at, session.*, session.created_at AS session_created_at, account.*, head.epoch, head.pos
     FROM opaque_tokens AS token JOIN sessions AS session ON session.id = token.session_id
       JOIN accounts AS account ON account.id = session.account_id, revocation_head AS head
     WHERE token.hash = ? AND token.session_id = ? AND token.expires_at > ?`,
  );
  return {
    register: (email, decide) =>
      transact(() => {
        const change = decide(read.byEmail(email));
        carryOut(change);
        return change.answer;
      }),
    change: (subject, decide) =>
      transact(() => {
        const person = read.person(subject);
        const change = person && decide(person);
        if (change) carryOut(change);
        return change?.answer;
      }),
    find: (id) => untilFree(() => read.account(id)),
    findByEmail: (email) => untilFree(() => read.byEmail(email)),
    list: (limit, after) => untilFree(() => list.all({ limit, after: after ?? null }).map(accountOf)),
    sessions: (accountId) => untilFree(() => read.sessionsOf(accountId)),
    findLink: (hash) => untilFree(() => read.link(hash)),
    findByToken: ({ hash, sessionId }, now) =>
      untilFree(() => {
        const row = liveToken.get(hash, sessionId, now);
        if (!row) return undefined;
        return {
          session: { ...sessionOf(row), id: sessionId, createdAt: integer(row, "session_created_at") },
          account: accountOf(row),
          token: { sessionId, hash, expiresAt: integer(row, "token_expires_at") },
          head: { epoch: text(row, "epoch"), pos: integer(row, "pos") },
        };
      }),
  };
}

type PersonReader = {
  readonly account: (id: string) => Account | undefined;
  readonly byEmail: (email: string) => Account | undefined;
  readonly session: (id: string) => Person["sessions"][number] | undefined;
  readonly sessionsOf: (accountId: string) => Person["sessions"];
  readonly link: (hash: string) => Person["link"];
  readonly head: () => Person["head"];
  readonly person: (subject: Subject) => Person | undefined;
};

function personReader(database: DatabaseSync, { head }: RevocationLog): PersonReader {
  const accountById = database.prepare("SELECT * FROM accounts WHERE id = ?");
  const accountByEmail = database.prepare("SELECT * FROM accounts WHERE email = ?");
  const sessionById = database.prepare("SELECT * FROM sessions WHERE id = ?");
  const sessionsOfAccount = database.prepare("SELECT * FROM sessions WHERE account_id = ? ORDER BY created_at, id");
  const linkByHash = database.prepare("SELECT * FROM links WHERE hash = ?");

  const account = (id: string): Account | undefined => optional(accountById.get(id), accountOf);
  const session: PersonReader["session"] = (id) => optional(sessionById.get(id), sessionOf);
  const sessionsOf: PersonReader["sessionsOf"] = (accountId) => sessionsOfAccount.all(accountId).map(sessionOf);
  const link: PersonReader["link"] = (hash) => optional(linkByHash.get(hash), linkOf);
  return {
    account,
    byEmail: (email) => optional(accountByEmail.get(email), accountOf),
    session,
    sessionsOf,
    link,
    head,
    person: (subject) => {
      const named = "linkHash" in subject ? link(subject.linkHash) : undefined;
      const asked = "sessionId" in subject ? session(subject.sessionId) : undefined;
      const accountId = "accountId" in subject ? subject.accountId : (named ?? asked)?.accountId;
      const owner = accountId === undefined ? undefined : account(accountId);
      return owner && { account: owner, sessions: asked ? [asked] : sessionsOf(owner.id), link: named, head: head() };
    },
  };
}

const optional = <T>(row: Row | undefined, of: (row: Row) => T): T | undefined => row && of(row);
