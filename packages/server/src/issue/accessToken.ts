import { type SigningKey, sign } from "@cardea/jwt";
import type { Account, SessionRow } from "../store/ports.ts";

/** Claims that the application adds about a person: whatever `claims` of the configuration returns. */
export type AccountClaims = Readonly<Record<string, unknown>>;

/** What every access token of this issuer says, and how long it lives. */
export type TokenProfile = {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly clientId: string;
  readonly ttlMs: number;
  readonly claims: (account: PublicAccount) => AccountClaims;
};

/** An account without what must stay inside. */
export type PublicAccount = Pick<Account, "id" | "email" | "roles" | "createdAt">;

/** The account as the application may see it. */
export const publicAccount = ({ id, email, roles, createdAt }: Account): PublicAccount => ({
  id,
  email,
  roles,
  createdAt,
});

/** One token's own facts: identifier, and its life in milliseconds since the epoch. */
export type TokenLife = { readonly jti: string; readonly issuedAt: number; readonly expiresAt: number };

/** A token's end: its time to live, but never past its session's absolute end. */
export const tokenEnd = (row: SessionRow, now: number, { ttlMs }: TokenProfile): number =>
  Math.min(now + ttlMs, row.session.absoluteEndsAt);

/**
 * The claims of an access token in the profile of RFC 9068 2.2, with the session (`sid`) and the revocation-log position that it
 * vouches for (`rvp`). Claims of the application cannot replace the profile's own.
 */
export function accessClaims(row: SessionRow, life: TokenLife, profile: TokenProfile): AccountClaims {
  const { session, account, head } = row;
  const [only, ...more] = profile.audience;
  return {
    ...profile.claims(publicAccount(account)),
    iss: profile.issuer,
    sub: account.id,
    aud: more.length === 0 ? only : profile.audience,
    client_id: profile.clientId,
    iat: Math.floor(life.issuedAt / 1000),
    exp: Math.floor(life.expiresAt / 1000),
    jti: life.jti,
    sid: session.id,
    auth_time: Math.floor(session.createdAt / 1000),
    amr: session.amr,
    rvp: head.pos,
  };
}

/** Signs claims as an access token (`typ: at+jwt`): the only place that does. */
export const signAccessToken = (claims: AccountClaims, key: SigningKey): string => sign(claims, key, { typ: "at+jwt" });
