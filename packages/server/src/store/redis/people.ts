import { isDeepStrictEqual } from "node:util";
import type { Account, Change, PersonStore, Session, TokenKey, TokenRow } from "../ports.ts";
import type { RowCache } from "./rowCache.ts";

/** People of the record, whose opaque tokens are looked up in the cache first. Every change drops what it made outdated before it is acknowledged. */
export function cachedPeople(record: PersonStore, cache: RowCache): PersonStore {
  /** Whatever became of the change: one whose end is not known may have been carried out. */
  async function droppingAfter<T>(work: (see: (outdated: Outdated) => void) => Promise<T>): Promise<T> {
    let seen = nothing;
    try {
      return await work((outdated) => {
        seen = outdated;
      });
    } finally {
      await drop(seen);
    }
  }

  async function drop({ sessionIds, restOf, isUnknown }: Outdated): Promise<void> {
    if (isUnknown) return cache.distrust();
    try {
      const rest = restOf === undefined ? [] : await record.sessions(restOf);
      await cache.drop([...sessionIds, ...rest.map(({ id }) => id)]);
    } catch {
      cache.distrust();
    }
  }

  async function readThrough(token: TokenKey, now: number): Promise<TokenRow | undefined> {
    const gate = await cache.takeGate(token.sessionId);
    const row = await record.findByToken(token, now, { fresh: true });
    if (gate && row) await cache.fill(gate, row);
    // The gate of a session that is not there would only take up room, and a row of one would be a mistake.
    else if (gate) await cache.drop([token.sessionId]);
    return row;
  }

  return {
    ...record,
    register: (email, decide) =>
      droppingAfter((see) =>
        record.register(email, (existing) => {
          const change = decide(existing);
          see(outdatedBy(change, { account: existing, sessions: [], isAll: existing === undefined }));
          return change;
        }),
      ),
    change: (subject, decide) =>
      droppingAfter((see) =>
        record.change(subject, (person) => {
          const change = decide(person);
          see(outdatedBy(change, { ...person, isAll: !("sessionId" in subject) }));
          return change;
        }),
      ),
    findByToken: async (token, now, { fresh = false } = {}) => {
      const cached = fresh ? undefined : await cache.find(token);
      if (cached === undefined) return readThrough(token, now);
      return cached.token.expiresAt > now ? cached : undefined;
    },
  };
}

/** Whose rows a change made outdated: sessions by id; further ones of an account, which the record knows; or it cannot be told. */
type Outdated = { readonly sessionIds: readonly string[]; readonly restOf?: string; readonly isUnknown?: boolean };

const nothing: Outdated = { sessionIds: [] };

/** The person before the change; `isAll`: with all sessions. */
type Before = {
  readonly account: Account | undefined;
  readonly sessions: readonly Session[];
  readonly isAll: boolean;
};

function outdatedBy(change: Change<unknown>, { account, sessions, isAll }: Before): Outdated {
  const own = sessions.map(({ id }) => id);
  const ended = change.ended ?? [];
  if (change.deleteAccount !== undefined) {
    const isKnown = isAll && change.deleteAccount === account?.id;
    return isKnown ? { sessionIds: [...own, ...ended] } : { sessionIds: [], isUnknown: true };
  }
  if (account && change.account && !looksTheSame(account, change.account)) {
    return { sessionIds: [...own, ...ended], ...(isAll ? {} : { restOf: account.id }) };
  }
  const written = change.sessions?.map(({ id }) => id) ?? [];
  // A session that was not there before has no rows.
  return { sessionIds: [...(isAll ? written.filter((id) => own.includes(id)) : written), ...ended] };
}

/** A password that is only hashed anew changes no row. */
const looksTheSame = (before: Account, after: Account): boolean =>
  isDeepStrictEqual({ ...before, passwordHash: "" }, { ...after, passwordHash: "" });
