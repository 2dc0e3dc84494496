import type {
  Account,
  AuditRecord,
  Counter,
  LogHead,
  LogSlice,
  OneTimeLink,
  OpaqueToken,
  Service,
  Session,
  StoredKey,
  VerifierNote,
  WaitingMail,
} from "../ports.ts";

/** All that a memory store holds. Rows are values: a change replaces them. */
export type State = {
  readonly accounts: Map<string, Account>;
  /** Account ids by address. */
  readonly emails: Map<string, string>;
  readonly sessions: Map<string, Session>;
  /** Session ids by account. */
  readonly sessionsOf: Map<string, Set<string>>;
  /** By hash. */
  readonly tokens: Map<string, OpaqueToken>;
  /** Hashes by session. */
  readonly tokensOf: Map<string, Set<string>>;
  /** By hash. */
  readonly links: Map<string, OneTimeLink>;
  readonly keys: Map<string, StoredKey>;
  readonly services: Map<string, Service>;
  /** By service and name. */
  readonly verifiers: Map<string, VerifierNote>;
  readonly mails: Map<string, WaitingMail>;
  readonly counters: Map<string, Counter>;
  audit: AuditRecord[];
  entries: LogSlice["entries"][number][];
  head: LogHead;
  /** Who is called when something was appended. */
  readonly watchers: Set<() => void>;
};

/** Nothing yet, and a log at its beginning. */
export const createState = (epoch: string): State => ({
  accounts: new Map(),
  emails: new Map(),
  sessions: new Map(),
  sessionsOf: new Map(),
  tokens: new Map(),
  tokensOf: new Map(),
  links: new Map(),
  keys: new Map(),
  services: new Map(),
  verifiers: new Map(),
  mails: new Map(),
  counters: new Map(),
  audit: [],
  entries: [],
  head: { epoch, pos: 0 },
  watchers: new Set(),
});

/** Adds a member to the set of a key. */
export function addTo(sets: Map<string, Set<string>>, key: string, member: string): void {
  const set = sets.get(key);
  if (set) set.add(member);
  else sets.set(key, new Set([member]));
}

/** Takes a member out of the set of a key; an empty set is forgotten. */
export function takeFrom(sets: Map<string, Set<string>>, key: string, member: string): void {
  const set = sets.get(key);
  set?.delete(member);
  if (set?.size === 0) sets.delete(key);
}

/** Forgets a session with its tokens. */
export function forgetSession(state: State, id: string): void {
  const session = state.sessions.get(id);
  if (!session) return;
  state.sessions.delete(id);
  takeFrom(state.sessionsOf, session.accountId, id);
  for (const hash of state.tokensOf.get(id) ?? []) state.tokens.delete(hash);
  state.tokensOf.delete(id);
}

/** Forgets one token. */
export function forgetToken(state: State, { hash, sessionId }: OpaqueToken): void {
  state.tokens.delete(hash);
  takeFrom(state.tokensOf, sessionId, hash);
}
