import { type AccessClaims, parsedClaims } from "@cardea/verifier/judge";
import type { TokenSigner } from "../keys/tokenSigner.ts";
import type { SessionRow, TokenAccount } from "../store/ports.ts";

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

/** The application's own fields of an account. */
export type AccountFields = TokenAccount["fields"];

/** An account without what must stay inside. It may be older than the schema of its fields. */
export type PublicAccount<Fields extends AccountFields = AccountFields> = Pick<
  TokenAccount,
  "id" | "email" | "roles" | "createdAt"
> & {
  readonly emailVerified: boolean;
  readonly fields: Partial<Fields>;
};

/** The claims about a person where the application has no say. */
export type DefaultClaims = {
  readonly email: string;
  readonly email_verified: boolean;
  readonly roles: readonly string[];
};

/** The account as the application may see it. */
export const publicAccount = ({
  id,
  email,
  emailVerifiedAt,
  roles,
  fields,
  createdAt,
}: TokenAccount): PublicAccount => ({
  id,
  email,
  emailVerified: emailVerifiedAt !== undefined,
  roles,
  fields,
  createdAt,
});

/** One token's own facts: identifier, and its life in milliseconds since the epoch. */
export type TokenLife = { readonly jti: string; readonly issuedAt: number; readonly expiresAt: number };

/** A token's end: its time to live, but never past the end of its session, unused or at most. */
export const tokenEnd = ({ session }: SessionRow, now: number, { ttlMs }: TokenProfile): number =>
  Math.min(now + ttlMs, session.idleEndsAt, session.absoluteEndsAt);

/**
 * The claims of an access token in the profile of RFC 9068 2.2, with the session (`sid`) and the revocation-log position that it
 * vouches for (`rvp`). Throws a TypeError when the application's own claims make a token that no verifier would take: better no
 * sign-in than one whose token is refused everywhere.
 */
export function accessClaims(row: SessionRow, life: TokenLife, profile: TokenProfile): AccessClaims {
  const { session, account, head } = row;
  const [only, ...more] = profile.audience;
  return checkedClaims({
    ...ownClaims(profile.claims(publicAccount(account))),
    iss: profile.issuer,
    sub: account.id,
    aud: more.length === 0 ? only : profile.audience,
    client_id: profile.clientId,
    iat: Math.floor(life.issuedAt / 1000),
    exp: Math.floor(life.expiresAt / 1000),
    jti: life.jti,
    sid: session.id,
    auth_time: Math.floor(session.authenticatedAt / 1000),
    amr: session.amr,
    rvp: head.pos,
  });
}

/** Half of what a verifier reads (8192 characters of token), which leaves room for base64url and the largest signature. */
const longestClaims = 4096;

/** What the application says about a person: an object, at once, and nothing that is ours to say. */
function ownClaims(claims: unknown): AccountClaims {
  if (typeof claims !== "object" || claims === null || Array.isArray(claims) || "then" in claims) {
    throw new TypeError("claims: the function must return an object, at once");
  }
  const taken = reserved.find((name) => Object.hasOwn(claims, name));
  if (taken !== undefined) throw new TypeError(`claims: "${taken}" is decided by Cardea; leave it out`);
  return claims as AccountClaims;
}

const reserved = ["iss", "sub", "aud", "client_id", "iat", "nbf", "exp", "jti", "sid", "auth_time", "amr", "rvp"];

/** As JSON has them, so that they are the same whether they are signed or stored. */
function checkedClaims(claims: AccountClaims): AccessClaims {
  const json = JSON.stringify(claims);
  if (Buffer.byteLength(json) > longestClaims) {
    throw new TypeError(`claims: a token's claims have at most ${longestClaims} bytes of JSON; return fewer`);
  }
  try {
    return parsedClaims(json);
  } catch (cause) {
    throw new TypeError("claims: roles is a list of texts, email, tid and scope are texts; none is empty", { cause });
  }
}

/** Signs claims as an access token (`typ: at+jwt`): the only place that does. Throws `SignerUnavailableError` when the key is elsewhere and does not sign. */
export const signAccessToken = (claims: AccessClaims, signer: TokenSigner): Promise<string> =>
  signer.sign(claims, "at+jwt");
