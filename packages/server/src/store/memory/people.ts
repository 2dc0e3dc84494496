import { EmailTakenError } from "../../refusal.ts";
import type { Account, Change, OpaqueToken, Person, PersonStore, Session, Subject } from "../ports.ts";
import { appendRevocations } from "./log.ts";
import { addTo, forgetSession, type State } from "./state.ts";

/** People in memory. Nothing is awaited between reading, deciding and carrying out, so nothing comes between. */
export const personStore = (state: State): PersonStore => ({
  register: async (email, decide) => {
    const change = decide(byEmail(state, email));
    carryOut(state, change);
    return change.answer;
  },
  change: async (subject, decide) => {
    const person = personOf(state, subject);
    const change = person && decide(person);
    if (change) carryOut(state, change);
    return change?.answer;
  },
  find: async (id) => state.accounts.get(id),
  findByEmail: async (email) => byEmail(state, email),
  list: async (limit, after) => {
    const sorted = [...state.accounts.values()].toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
    const start = after === undefined ? 0 : sorted.findIndex(({ id }) => id === after) + 1;
    return sorted.slice(start, start + limit);
  },
  sessions: async (accountId) => sessionsOf(state, accountId),
  findLink: async (hash) => state.links.get(hash),
  findByToken: async ({ sessionId, hash }, now) => {
    const token = state.tokens.get(hash);
    if (!token || token.sessionId !== sessionId || token.expiresAt <= now) return undefined;
    const session = state.sessions.get(sessionId);
    const account = session && state.accounts.get(session.accountId);
    return session && account && { session, account, token, head: state.head };
  },
});

function byEmail({ accounts, emails }: State, email: string): Account | undefined {
  const id = emails.get(email);
  return id === undefined ? undefined : accounts.get(id);
}

const sessionsOf = ({ sessions, sessionsOf: ids }: State, accountId: string): Person["sessions"] =>
  [...(ids.get(accountId) ?? [])].flatMap((id) => sessions.get(id) ?? []);

function personOf(state: State, subject: Subject): Person | undefined {
  const link = "linkHash" in subject ? state.links.get(subject.linkHash) : undefined;
  const session = "sessionId" in subject ? state.sessions.get(subject.sessionId) : undefined;
  const accountId = "accountId" in subject ? subject.accountId : (link ?? session)?.accountId;
  const account = accountId === undefined ? undefined : state.accounts.get(accountId);
  return account && { account, sessions: session ? [session] : sessionsOf(state, account.id), link, head: state.head };
}

/** Everything that can refuse comes first, so that a refused change leaves no trace. */
function carryOut(state: State, change: Change<unknown>): void {
  refuseTaken(state, change.account);
  if (change.account) putAccount(state, change.account);
  for (const session of change.sessions ?? []) putSession(state, session);
  for (const token of change.tokens ?? []) putToken(state, token);
  for (const id of change.ended ?? []) forgetSession(state, id);
  if (change.dropLinks) dropLinks(state, change.dropLinks);
  for (const link of change.links ?? []) state.links.set(link.hash, link);
  if (change.deleteAccount !== undefined) deleteAccount(state, change.deleteAccount);
  appendRevocations(state, change.revocations ?? []);
  for (const mail of change.mails ?? []) state.mails.set(mail.id, mail);
  state.audit.push(...(change.audit ?? []));
}

function refuseTaken(state: State, account: Account | undefined): void {
  const holder = account && byEmail(state, account.email);
  if (holder && holder.id !== account.id) throw new EmailTakenError("Another account has this address.");
}

function putAccount({ accounts, emails }: State, account: Account): void {
  const before = accounts.get(account.id);
  if (before) emails.delete(before.email);
  accounts.set(account.id, account);
  emails.set(account.email, account.id);
}

function putSession(state: State, session: Session): void {
  state.sessions.set(session.id, session);
  addTo(state.sessionsOf, session.accountId, session.id);
}

function putToken(state: State, token: OpaqueToken): void {
  state.tokens.set(token.hash, token);
  addTo(state.tokensOf, token.sessionId, token.hash);
}

function dropLinks({ links }: State, { accountId, purposes }: NonNullable<Change<unknown>["dropLinks"]>): void {
  for (const link of links.values()) {
    if (link.accountId === accountId && purposes.includes(link.purpose)) links.delete(link.hash);
  }
}

function deleteAccount(state: State, accountId: string): void {
  const account = state.accounts.get(accountId);
  if (account) state.emails.delete(account.email);
  state.accounts.delete(accountId);
  for (const { id } of sessionsOf(state, accountId)) forgetSession(state, id);
  for (const link of state.links.values()) if (link.accountId === accountId) state.links.delete(link.hash);
}
