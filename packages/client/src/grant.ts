import type { User } from "./wire.ts";

/** What a sign-in or a refresh handed out, as it is kept. Instants are milliseconds of this device's clock. */
export type Grant = {
  readonly user: User;
  /** When to ask for the next one. */
  readonly renewAt: number;
  /** When the access token expires. */
  readonly until: number;
  /** None where tokens are in cookies. */
  readonly access?: string | undefined;
  readonly refresh?: string | undefined;
};

/** The members of the issuer's answer that are read here. */
export type SignedInBody = {
  readonly user: User;
  readonly expires_in: number;
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly device_token?: string;
};

/**
 * The grant in an answer to a question that was asked at an instant. Its life counts from then: by the issuer's own count of
 * seconds, whatever this device's clock shows, and never longer than it is. The next one is due when four fifths are over.
 */
export const grantOf = (body: SignedInBody, askedAt: number): Grant => ({
  user: body.user,
  renewAt: askedAt + body.expires_in * 800,
  until: askedAt + body.expires_in * 1000,
  access: body.access_token,
  refresh: body.refresh_token,
});

/** The session that a grant belongs to. A refresh token names it: `rt_<session>.<generation>.<mac>`. In cookies it goes by the person. */
export const sessionOf = (grant: Grant | undefined): string | undefined =>
  (grant?.refresh ?? grant?.user.id)?.split(".")[0];

/** Which one of its session's refresh tokens it has. */
export const generationOf = (grant: Grant): number => Number(grant.refresh?.split(".")[1]);
