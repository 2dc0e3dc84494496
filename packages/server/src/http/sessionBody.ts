import type { PublicAccount } from "../issue/accessToken.ts";
import type { SignedIn } from "../session/session.ts";
import type { Session } from "../store/ports.ts";

/** The answer to signing in and refreshing: RFC 6749 5.1, and who it is. */
export const signedInBody = ({ accessToken, expiresInSeconds, refreshToken, account }: SignedIn): object => ({
  access_token: accessToken,
  token_type: "Bearer",
  expires_in: expiresInSeconds,
  refresh_token: refreshToken,
  user: userBody(account),
});

/** A person as others may see them: exactly these fields. */
export const userBody = ({ id, email, roles }: Pick<PublicAccount, "id" | "email" | "roles">): object => ({
  id,
  email,
  roles,
});

/** A session as its owner may see it; instants as RFC 3339. */
export const sessionBody = (session: Session, currentId: string): object => ({
  id: session.id,
  current: session.id === currentId,
  created_at: instant(session.createdAt),
  last_used_at: instant(session.lastUsedAt),
  expires_at: instant(Math.min(session.idleEndsAt, session.absoluteEndsAt)),
  amr: session.amr,
  user_agent: session.userAgent,
});

const instant = (ms: number): string => new Date(ms).toISOString();
