import { randomToken, type World } from "../../world.ts";
import { type Store, type StoredKey, type StoreFactory, verifierKey } from "../ports.ts";
import { appendRevocations, readRevocations, renewRevocations, watchRevocations } from "./log.ts";
import { personStore } from "./people.ts";
import { createState, forgetSession, forgetToken, type State } from "./state.ts";

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
    migratesAtStart: true,
    open: once((world) => createMemoryStore(createState(randomToken(world, 8)), world)),
    localSecret: once((world) => world.random(32)),
  };
}

function createMemoryStore(state: State, world: World): Store {
  return {
    people: personStore(state),
    keys: keyStore(state),
    services: serviceStore(state),
    revocations: {
      append: async (revocations) => appendRevocations(state, revocations),
      read: async (after, limit) => readRevocations(state, after, limit),
      watch: (onChange) => watchRevocations(state, onChange),
      renew: async (seen) => renewRevocations(state, seen, randomToken(world, 8)),
    },
    verifiers: verifierStore(state),
    mails: mailStore(state),
    audit: auditStore(state),
    counters: counterStore(state),
    prune: async (now, auditBefore) => prune(state, now, auditBefore),
    close: async () => undefined,
  };
}

const keyStore = (state: State): Store["keys"] => ({
  list: async () => oldestFirst(state),
  change: async (decide) => {
    const { answer, write = [], remove = [], revocations = [] } = decide(oldestFirst(state));
    for (const key of write) state.keys.set(key.kid, key);
    for (const kid of remove) state.keys.delete(kid);
    appendRevocations(state, revocations);
    return answer;
  },
});

const oldestFirst = ({ keys }: State): readonly StoredKey[] =>
  [...keys.values()].toSorted((a, b) => a.createdAt - b.createdAt || (a.kid < b.kid ? -1 : 1));

const serviceStore = ({ services }: State): Store["services"] => ({
  insert: async (service) => {
    if (services.has(service.id)) return "taken";
    services.set(service.id, service);
    return "inserted";
  },
  find: async (id) => services.get(id),
  list: async () => [...services.values()],
  remove: async (id) => services.delete(id),
});

const mailStore = ({ mails }: State): Store["mails"] => ({
  claim: async (now, leaseUntil, limit) => {
    const due = [...mails.values()].filter(({ dueAt }) => dueAt <= now).toSorted((a, b) => a.createdAt - b.createdAt);
    const claimed = due.slice(0, limit).map((mail) => ({ ...mail, attempts: mail.attempts + 1, dueAt: leaseUntil }));
    for (const mail of claimed) mails.set(mail.id, mail);
    return claimed;
  },
  remove: async (id) => {
    mails.delete(id);
  },
  postpone: async (id, dueAt) => {
    const mail = mails.get(id);
    if (mail) mails.set(id, { ...mail, dueAt });
  },
  count: async () => mails.size,
});

const verifierStore = ({ verifiers }: State): Store["verifiers"] => ({
  note: async (notes) => {
    for (const note of notes) verifiers.set(verifierKey(note), note);
  },
  list: async (since) =>
    [...verifiers]
      .filter(([, { heardAt }]) => heardAt >= since)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([, note]) => note),
  forget: async (before) => forget(verifiers, ({ heardAt }) => heardAt < before),
});

const auditStore = (state: State): Store["audit"] => ({
  append: async (records) => {
    state.audit.push(...records);
  },
  list: async ({ limit, accountId, before }) => {
    const latest = state.audit.toSorted((a, b) => b.at - a.at || (b.id > a.id ? 1 : -1));
    const start = before === undefined ? 0 : latest.findIndex(({ id }) => id === before) + 1;
    const own = latest.slice(start).filter((record) => accountId === undefined || record.accountId === accountId);
    return own.slice(0, limit);
  },
});

const counterStore = ({ counters }: State): Store["counters"] => ({
  add: async (key, points, { now, endsAt, restart }) => {
    const running = counters.get(key);
    const isRunning = running !== undefined && running.endsAt > now;
    const counter = {
      points: (isRunning ? running.points : 0) + points,
      endsAt: isRunning && !restart ? running.endsAt : endsAt,
    };
    counters.set(key, counter);
    return counter;
  },
  find: async (key, now) => {
    const counter = counters.get(key);
    return counter && counter.endsAt > now ? counter : undefined;
  },
  remove: async (key) => {
    counters.delete(key);
  },
});

function prune(state: State, now: number, auditBefore: number): void {
  for (const { id, idleEndsAt, absoluteEndsAt } of state.sessions.values()) {
    if (Math.min(idleEndsAt, absoluteEndsAt) <= now) forgetSession(state, id);
  }
  for (const token of state.tokens.values()) if (token.expiresAt <= now) forgetToken(state, token);
  forget(state.links, ({ expiresAt }) => expiresAt <= now);
  forget(state.counters, ({ endsAt }) => endsAt <= now);
  state.entries = state.entries.filter(({ expiresAt }) => expiresAt > now);
  state.audit = state.audit.filter(({ at }) => at >= auditBefore);
}

function forget<T>(rows: Map<string, T>, isOver: (row: T) => boolean): void {
  for (const [key, row] of rows) if (isOver(row)) rows.delete(key);
}
