import type { CanonicalEmail } from "../people/email.ts";
import type { AcceptablePassword } from "../people/passwords/password.ts";
import type { Result } from "../refusal.ts";
import type { RequestContext } from "../requestContext.ts";
import type { Account, AuditRecord, Session } from "../store/ports.ts";
import type { Refusal } from "./refusals.ts";

/** What people can do, as the routes ask for it: values that are checked in their form, and where the request came from. */
export type Flows = SigningIn & OwnAccount & OwnSessions & Passwords & Emails;

/** Who asks: an account and the session that its access token named. The session may have ended since. */
export type Caller = { readonly accountId: string; readonly sessionId: string };

/** How a client carries its tokens. */
export type Transport = Session["transport"];

/** What a person may see of their own account. */
export type OwnedAccount = Pick<Account, "id" | "email" | "emailVerifiedAt" | "roles" | "fields" | "createdAt">;

/** What signing in, refreshing and authenticating anew hand out. `deviceToken` is the mark by which this device is known from now on. */
export type SignedIn = {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken: string;
  readonly account: OwnedAccount;
  readonly session: Session;
  readonly deviceToken?: string | undefined;
};

/** An outcome with a value, or with one of the named refusals. */
type Outcome<T, R extends Refusal["reason"]> = Promise<Result<T, Extract<Refusal, { readonly reason: R }>>>;

/** Done, or one of the named refusals. */
type Done<R extends Refusal["reason"]> = Outcome<unknown, R>;

/** Sessions begin and go on here, and nowhere else. */
export type SigningIn = {
  /** The same outcome whether the address is free or taken. */
  readonly signUp: (
    person: {
      readonly email: CanonicalEmail;
      readonly password: AcceptablePassword;
      readonly fields: Account["fields"];
    },
    context: RequestContext,
  ) => Done<"password_refused" | "fields_refused" | "rate_limited">;
  /** `deviceToken` is one that an earlier sign-in handed out; `replaces` a refresh token of this browser, whose session the new one takes the place of. */
  readonly signIn: (
    given: {
      readonly email: CanonicalEmail;
      readonly password: AcceptablePassword;
      readonly transport: Transport;
      readonly deviceToken: string | undefined;
      readonly replaces: string | undefined;
    },
    context: RequestContext,
  ) => Outcome<SignedIn, "invalid_credentials" | "rate_limited">;
  /** `transport` is how the token came; one that belongs to the other transport is refused. */
  readonly refresh: (
    given: { readonly refreshToken: string; readonly transport: Transport },
    context: RequestContext,
  ) => Outcome<SignedIn, "invalid_grant" | "rate_limited">;
  /** Ends the caller's session, or the one of a refresh token of the cookie transport. Done, too, when it has ended already. */
  readonly signOut: (who: Caller | { readonly refreshToken: string }, context: RequestContext) => Done<"session_ended">;
  /** Ends the session of an access or refresh token, for whoever holds it (RFC 7009). Done, too, when the token is unknown or over. */
  readonly revokeToken: (token: string, context: RequestContext) => Promise<Result<unknown, never>>;
  /** Proves anew who the caller is: another session with another id takes the place of theirs, with an `auth_time` of now. */
  readonly reauthenticate: (
    caller: Caller,
    given: { readonly password: AcceptablePassword },
    context: RequestContext,
  ) => Outcome<SignedIn, "invalid_credentials" | "session_ended" | "rate_limited">;
};

/** A person's own account. */
export type OwnAccount = {
  /** `session` is undefined if it has ended, which only a stateless token can see. */
  readonly profile: (
    caller: Caller,
  ) => Outcome<{ readonly account: OwnedAccount; readonly session: Session | undefined }, "session_ended">;
  /** Sets the application's own fields; those that are not named stay as they are. */
  readonly updateFields: (
    caller: Caller,
    fields: Account["fields"],
    context: RequestContext,
  ) => Outcome<OwnedAccount, "fields_refused" | "session_ended">;
  readonly deleteAccount: (caller: Caller, context: RequestContext) => Done<"session_ended">;
  /** All that is kept about a person, but for hashes. */
  readonly exportAccount: (
    caller: Caller,
    context: RequestContext,
  ) => Outcome<
    {
      readonly account: OwnedAccount;
      readonly sessions: readonly Session[];
      readonly activity: readonly AuditRecord[];
    },
    "session_ended"
  >;
  /** The account's audit trail, the latest first; `before` is the id of the last record that was seen. */
  readonly activity: (
    caller: Caller,
    page: { readonly limit: number; readonly before: string | undefined },
  ) => Outcome<readonly AuditRecord[], "session_ended">;
};

/** A person's own sessions. */
export type OwnSessions = {
  /** The live ones, latest use first. */
  readonly listSessions: (caller: Caller) => Outcome<readonly Session[], "session_ended">;
  readonly endSession: (
    caller: Caller,
    sessionId: string,
    context: RequestContext,
  ) => Done<"unknown_session" | "session_ended">;
  /** Ends all but the caller's, and tells how many. */
  readonly endOtherSessions: (caller: Caller, context: RequestContext) => Outcome<number, "session_ended">;
  /** Ends all, and tells how many. */
  readonly endAllSessions: (caller: Caller, context: RequestContext) => Outcome<number, "session_ended">;
};

/** Getting another password. */
export type Passwords = {
  /** The same outcome whether the address has an account or not. */
  readonly forgotPassword: (given: { readonly email: CanonicalEmail }, context: RequestContext) => Done<"rate_limited">;
  /** Spends the link, ends all sessions, and signs nobody in. A password that is refused does not spend the link. */
  readonly resetPassword: (
    given: { readonly token: string; readonly password: AcceptablePassword },
    context: RequestContext,
  ) => Done<"invalid_link" | "password_refused" | "rate_limited">;
  /** Ends the other sessions unless they are kept; the caller's goes on under another id. */
  readonly changePassword: (
    caller: Caller,
    given: {
      readonly current: AcceptablePassword;
      readonly password: AcceptablePassword;
      readonly keepOtherSessions: boolean;
    },
    context: RequestContext,
  ) => Outcome<SignedIn, "invalid_credentials" | "password_refused" | "session_ended" | "rate_limited">;
};

/** Proving and changing an address. */
export type Emails = {
  /** Spends the link for who also knows the account's password: else whoever signed up with somebody's address would have it proved by its owner. */
  readonly verifyEmail: (
    given: { readonly token: string; readonly password: AcceptablePassword },
    context: RequestContext,
  ) => Done<"invalid_link" | "invalid_credentials" | "rate_limited">;
  /** Sends the caller's address another link; done, too, when it is proved already. */
  readonly sendVerification: (caller: Caller, context: RequestContext) => Done<"session_ended" | "rate_limited">;
  /** Sends a link to the new address. The same outcome whether the address is free or taken. */
  readonly changeEmail: (
    caller: Caller,
    given: { readonly email: CanonicalEmail },
    context: RequestContext,
  ) => Done<"session_ended" | "rate_limited">;
  /** Spends the link of a change: the account has the new address from now on. */
  readonly confirmEmail: (
    given: { readonly token: string },
    context: RequestContext,
  ) => Done<"invalid_link" | "rate_limited">;
};
