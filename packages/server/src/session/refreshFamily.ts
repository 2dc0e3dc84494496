import type { RefreshRefusal } from "../refusal.ts";
import type { Session } from "../store/ports.ts";

/** How long sessions live, in milliseconds; `graceMs` is how long the previous refresh token still gets its successor. */
export type SessionLife = { readonly idleMs: number; readonly absoluteMs: number; readonly graceMs: number };

/** What becomes of a session when a refresh token is redeemed. */
export type Redemption =
  | { readonly does: "grant"; readonly session: Session }
  | { readonly does: "refuse"; readonly reason: RefreshRefusal["reason"] }
  | { readonly does: "end"; readonly reason: RefreshRefusal["reason"] };

/**
 * Rotation with reuse detection (RFC 9700 4.14.2) that cannot sign an honest client out: the current generation rotates; the one
 * before it, within the grace, gets the same successor however often it asks; an older one means that two parties hold the
 * family, and ends it. The absolute end never moves. Pure, so that a store may run it again after a conflict.
 */
export function redeem(
  session: Session,
  generation: number,
  { now, life }: { readonly now: number; readonly life: SessionLife },
): Redemption {
  if (now >= session.absoluteEndsAt || now >= session.idleEndsAt) return { does: "end", reason: "session_expired" };
  if (generation > session.generation) return { does: "refuse", reason: "not_issued_yet" };
  if (generation === session.generation) return { does: "grant", session: rotated(session, now, life) };
  const isPrevious = generation === session.generation - 1;
  // A clock that was set back must not stretch the grace.
  return isPrevious && Math.abs(now - session.rotatedAt) < life.graceMs
    ? { does: "grant", session }
    : { does: "end", reason: "reused" };
}

const rotated = (session: Session, now: number, life: SessionLife): Session => ({
  ...session,
  generation: session.generation + 1,
  rotatedAt: now,
  lastUsedAt: now,
  idleEndsAt: Math.min(now + life.idleMs, session.absoluteEndsAt),
});
