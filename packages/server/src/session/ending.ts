import type { SecurityEvent, SessionEnd } from "../event.ts";
import { sessionRevocation, subjectRevocation } from "../revoke/revocation.ts";
import type { NewRevocation, Person, Session } from "../store/ports.ts";

/** The part of a decision that ends sessions: rows, revocations and events of one cause. */
export type Ending = {
  readonly ended: readonly string[];
  readonly revocations: readonly NewRevocation[];
  readonly events: readonly SecurityEvent[];
};

/** Why sessions end, and when in milliseconds since the epoch. */
export type Cause = { readonly reason: SessionEnd; readonly now: number };

/**
 * Ends some sessions. In every mode the log is told: tokens of an earlier mode may still be out, and verifiers may follow
 * whatever the mode is.
 */
export const endingOf = (sessions: readonly Session[], { reason, now }: Cause): Ending => ({
  ended: sessions.map(({ id }) => id),
  revocations: sessions.map((session) => sessionRevocation(session.id, latest([session], now))),
  events: sessions.map(({ id, accountId }) => ({ type: "session_ended", accountId, sessionId: id, reason })),
});

/** Ends all sessions of a person by one entry of the log. Only where the change mints no token: see `subjectRevocation`. */
export const endingOfAll = (person: Pick<Person, "account" | "sessions">, cause: Cause): Ending => ({
  ...endingOf(person.sessions, cause),
  revocations: [revocationOfAll(person, cause.now)],
});

/** Kills every access token of a person that is out; sessions go on. Only where the change mints no token. */
export const revocationOfAll = (
  { account, sessions }: Pick<Person, "account" | "sessions">,
  now: number,
): NewRevocation => subjectRevocation(account.id, latest(sessions, now));

/** Tokens live from when they were handed out, and a clock may have been set back since: the revocation must outlive them. */
const latest = (sessions: readonly Session[], now: number): number =>
  Math.max(now, ...sessions.map(({ lastUsedAt }) => lastUsedAt));

/** Whether a session goes on at `now`. */
export const isLive = ({ idleEndsAt, absoluteEndsAt }: Session, now: number): boolean =>
  now < Math.min(idleEndsAt, absoluteEndsAt);
