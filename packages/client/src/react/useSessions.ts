import { useCallback, useEffect, useRef, useState } from "react";
import type { ClientError, Ended, OwnSession, Result } from "../wire.ts";
import { useAuth } from "./useAuth.ts";

/** A person's sessions, and what ends them. */
export type SessionsState = {
  /** Undefined until they are known, and for who is not signed in. */
  readonly sessions: readonly OwnSession[] | undefined;
  /** Why the last look failed; what was known before stays. */
  readonly error: ClientError | undefined;
  readonly reload: () => Promise<void>;
  /** Ends one, and looks again. */
  readonly revoke: (id: string) => Promise<Result<Ended>>;
  /** Ends all but the one in use, and looks again. */
  readonly revokeOthers: () => Promise<Result<Ended>>;
};

/** The sessions of who is signed in, read when that changes. */
export function useSessions(): SessionsState {
  const { client, user } = useAuth();
  const [seen, setSeen] = useState<Seen>(nothing);
  const looks = useRef(0);
  const reload = useCallback(async () => {
    looks.current += 1;
    const look = looks.current;
    const asker = client.state.user?.id;
    const { data, error } = await client.sessions.list();
    // An answer to an earlier look may be late, and about somebody else.
    if (look !== looks.current) return;
    setSeen((before) => ({ of: asker, sessions: data?.sessions ?? ofPerson(before, asker).sessions, error }));
  }, [client]);
  const userId = user?.id;
  useEffect(() => {
    looks.current += 1;
    setSeen(nothing);
    if (userId !== undefined) void reload();
  }, [userId, reload]);
  const { sessions, error } = ofPerson(seen, userId);
  return {
    sessions,
    error,
    reload,
    revoke: async (id) => {
      const result = await client.sessions.revoke(id);
      await reload();
      return result;
    },
    revokeOthers: async () => {
      const result = await client.sessions.revokeOthers();
      await reload();
      return result;
    },
  };
}

/** The last look, and whose sessions it saw. */
type Seen = Pick<SessionsState, "sessions" | "error"> & { readonly of: string | undefined };

const nothing: Seen = { of: undefined, sessions: undefined, error: undefined };

/** What was seen of a person: the first render after another one signed in still has the look before. */
const ofPerson = (seen: Seen, userId: string | undefined): Seen => (seen.of === userId ? seen : nothing);
