import type { Caller, OwnAccount, OwnSessions } from "../http/flows.ts";
import { ok, refuse } from "../refusal.ts";
import type { Session } from "../store/ports.ts";
import { checkedFields } from "./fields.ts";
import { byPerson, done, orEnded, sessionEnded } from "./outcome.ts";
import type { FlowParts } from "./parts.ts";

/** A person's own account. A stateless token outlives its session; it may look, but neither list nor change anything: changes look at the session under the person's lock. */
export function ownAccountFlows(parts: FlowParts): OwnAccount {
  const { accounts, audit } = parts;
  const live = liveSessions(parts);
  return {
    profile: async (caller) => {
      const account = await accounts.find(caller.accountId);
      return account ? ok({ account, session: current(await live(caller), caller) }) : sessionEnded;
    },

    updateFields: async (caller, given, context) => {
      for (;;) {
        const account = await accounts.find(caller.accountId);
        // The schema is the application's, and may cost anything.
        if (!account || !current(await live(caller), caller)) return sessionEnded;
        const all = await checkedFields({ ...account.fields, ...given }, parts);
        if (!all.ok) return all;
        const fields = Object.fromEntries(Object.entries(all.value).filter(([name]) => Object.hasOwn(given, name)));
        const set = await accounts.setFields(caller.accountId, fields, byPerson(caller, context), account.fields);
        // Checked beside fields that are others by now: once more, beside those.
        if (set !== "changed") return set ? orEnded(await accounts.find(caller.accountId)) : sessionEnded;
      }
    },

    deleteAccount: async (caller, context) =>
      (await accounts.remove(caller.accountId, byPerson(caller, context))) ? done : sessionEnded,

    exportAccount: async (caller, context) =>
      orEnded(await accounts.export(caller.accountId, byPerson(caller, context))),

    activity: async (caller, { limit, before }) => {
      if (!current(await live(caller), caller)) return sessionEnded;
      const page = { limit, accountId: caller.accountId, ...(before === undefined ? {} : { before }) };
      return ok(await audit.list(page));
    },
  };
}

/** A person's own sessions. */
export function ownSessionFlows(parts: FlowParts): OwnSessions {
  const { sessions } = parts;
  const live = liveSessions(parts);
  return {
    listSessions: async (caller) => {
      const found = await live(caller);
      return current(found, caller) ? ok(found) : sessionEnded;
    },

    endSession: async (caller, sessionId, context) => {
      if (await sessions.end(caller.accountId, sessionId, byPerson(caller, context))) return done;
      return current(await live(caller), caller) ? refuse({ reason: "unknown_session" }) : sessionEnded;
    },

    endOtherSessions: async (caller, context) =>
      orEnded(await sessions.endOthers(caller.accountId, caller.sessionId, byPerson(caller, context))),

    endAllSessions: async (caller, context) =>
      orEnded(await sessions.endAll(caller.accountId, byPerson(caller, context))),
  };
}

const liveSessions =
  ({ sessions }: FlowParts) =>
  ({ accountId }: Caller): Promise<readonly Session[]> =>
    sessions.list(accountId);

const current = (live: readonly Session[], { sessionId }: Caller): Session | undefined =>
  live.find(({ id }) => id === sessionId);
