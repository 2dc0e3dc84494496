import { randomToken, type World } from "../world.ts";
import type {
  Account,
  LogHead,
  LogSlice,
  NewRevocation,
  OpaqueToken,
  Service,
  Session,
  SessionDecision,
  SessionRow,
  Store,
  StoredKey,
  StoreFactory,
} from "./ports.ts";

/** A store that forgets with the process: for tests, and for trying things out. Decisions run synchronously, so each is atomic. */
export function memory(): StoreFactory {
  const once = <T>(make: (world: World) => T): ((world: World) => Promise<T>) => {
    let made: T | undefined;
    return async (world) => {
      made ??= make(world);
      return made;
    };
  };
  return {
    name: "memory",
    open: once((world) => createMemoryStore(randomToken(world, 8))),
    localSecret: once((world) => world.random(32)),
  };
}

type Token = OpaqueToken & { readonly sessionId: string };
type Entry = LogSlice["entries"][number];

type State = {
  readonly accounts: Map<string, Account>;
  readonly sessions: Map<string, Session>;
  readonly tokens: Map<string, Token>;
  readonly keys: StoredKey[];
  readonly services: Map<string, Service>;
  entries: Entry[];
  head: LogHead;
};

function createMemoryStore(epoch: string): Store {
  const state: State = {
    accounts: new Map(),
    sessions: new Map(),
    tokens: new Map(),
    keys: [],
    services: new Map(),
    entries: [],
    head: { epoch, pos: 0 },
  };
  return {
    accounts: accountsOf(state),
    sessions: sessionsOf(state),
    keys: {
      list: async () => [...state.keys],
      insertFirst: async (key) => {
        const first = state.keys.find(({ purpose, alg }) => purpose === key.purpose && alg === key.alg);
        if (!first) state.keys.push(key);
        return first ?? key;
      },
    },
    services: {
      insert: async (service) => {
        if (state.services.has(service.id)) return "taken";
        state.services.set(service.id, service);
        return "inserted";
      },
      find: async (id) => state.services.get(id),
      list: async () => [...state.services.values()],
    },
    revocations: {
      append: async (revocations) => append(state, revocations),
      read: async (after, limit) => read(state, after, limit),
    },
    prune: async (now) => prune(state, now),
    close: async () => undefined,
  };
}

const accountsOf = ({ accounts }: State): Store["accounts"] => {
  const byEmail = (email: string): Account | undefined => accounts.values().find((account) => account.email === email);
  return {
    insert: async (account) => {
      if (accounts.has(account.id) || byEmail(account.email)) return "taken";
      accounts.set(account.id, account);
      return "inserted";
    },
    find: async (id) => accounts.get(id),
    findByEmail: async (email) => byEmail(email),
    list: async (limit) => [...accounts.values()].toSorted((a, b) => a.createdAt - b.createdAt).slice(0, limit),
  };
};

const sessionsOf = (state: State): Store["sessions"] => ({
  start: async (accountId, decide) => {
    const account = state.accounts.get(accountId);
    if (!account) return undefined;
    const decision = decide({ account, head: state.head });
    carryOut(state, decision.write.id, decision);
    return decision.answer;
  },
  change: async (id, decide) => {
    const row = rowOf(state, id);
    const decision = row && decide(row);
    if (decision) carryOut(state, id, decision);
    return decision?.answer;
  },
  changeEach: async (accountId, decide) => {
    const own = state.sessions.values().filter((session) => session.accountId === accountId);
    const decided = [...own]
      .flatMap(({ id }) => rowOf(state, id) ?? [])
      .map((row) => ({ id: row.session.id, decision: decide(row) }));
    for (const { id, decision } of decided) carryOut(state, id, decision);
    return decided.map(({ decision }) => decision.answer);
  },
  list: async (accountId) => [...state.sessions.values()].filter((session) => session.accountId === accountId),
  findByToken: async (hash, now) => {
    const token = state.tokens.get(hash);
    const row = token && token.expiresAt > now ? rowOf(state, token.sessionId) : undefined;
    return token && row && { ...row, token: { hash, expiresAt: token.expiresAt } };
  },
});

function rowOf({ sessions, accounts, head }: State, id: string): SessionRow | undefined {
  const session = sessions.get(id);
  const account = session && accounts.get(session.accountId);
  return session && account && { session, account, head };
}

function carryOut(state: State, id: string, { write, token, end }: SessionDecision<unknown>): void {
  if (write) state.sessions.set(id, write);
  if (token) state.tokens.set(token.hash, { ...token, sessionId: id });
  if (!end) return;
  state.sessions.delete(id);
  forgetTokens(state, (held) => held.sessionId === id);
  if (end.revocation) append(state, [end.revocation]);
}

function forgetTokens({ tokens }: State, isDead: (token: Token) => boolean): void {
  for (const [hash, token] of tokens) if (isDead(token)) tokens.delete(hash);
}

function append(state: State, revocations: readonly NewRevocation[]): LogHead {
  const { epoch, pos } = state.head;
  state.entries.push(...revocations.map((revocation, index) => ({ ...revocation, pos: pos + index + 1 })));
  state.head = { epoch, pos: pos + revocations.length };
  return state.head;
}

function read({ entries, head }: State, after: number, limit: number): LogSlice {
  if (after >= head.pos) return { head, from: head.pos, to: head.pos, entries: [] };
  const rest = entries.filter(({ pos }) => pos > after);
  const found = rest.slice(0, limit);
  const to = rest.length > limit ? (found.at(-1)?.pos ?? head.pos) : head.pos;
  return { head, from: after, to, entries: found };
}

function prune(state: State, now: number): void {
  const ended = [...state.sessions.values()].filter(
    (session) => Math.min(session.idleEndsAt, session.absoluteEndsAt) <= now,
  );
  for (const { id } of ended) state.sessions.delete(id);
  forgetTokens(state, (token) => token.expiresAt <= now || !state.sessions.has(token.sessionId));
  state.entries = state.entries.filter(({ expiresAt }) => expiresAt > now);
}
