import type { State } from "./state.ts";
import type { Ended, Me, OwnSession, RegisteredClaims, Result, User } from "./wire.ts";
import type { Fetch } from "./world.ts";

/** Somebody's sign-in on this device: begins it, keeps it going, and calls services with it. No method throws for a refusal. */
export type Client<Claims = Readonly<Record<string, unknown>>, Fields = Readonly<Record<string, unknown>>> = {
  /** Who is signed in now, as far as this client knows. */
  readonly state: State<Fields>;
  /** The state once it is known; begins to find out. */
  readonly ready: () => Promise<State<Fields>>;
  /** Is told each state from now on, in every tab; begins to find out. Returns what ends that. */
  readonly onChange: (listener: (state: State<Fields>) => void) => () => void;

  /** Makes an account. The answer is the same for an address that is taken. */
  readonly signUp: (account: Credentials & { readonly fields?: Partial<Fields> }) => Promise<Result<Accepted>>;
  readonly signIn: (credentials: Credentials) => Promise<Result<SignedIn<Fields>>>;
  /**
   * Ends the session, or all of this person; every tab of the browser hears it. Without an answer, tokens are forgotten
   * and the error says that the session may go on; cookies stay, as only the issuer removes them.
   */
  readonly signOut: (options?: { readonly everywhere?: boolean }) => Promise<Result<Ended>>;
  /** Proves anew who this is (RFC 9470): another session takes the place of this one. */
  readonly reauthenticate: (proof: { readonly password: string }) => Promise<Result<SignedIn<Fields>>>;
  /** Sets another password. Other sessions end, unless they are to be kept. */
  readonly changePassword: (change: PasswordChange) => Promise<Result<SignedIn<Fields>>>;
  /** Gets the next tokens now. Needed by nobody who calls services by `fetch`. */
  readonly refresh: () => Promise<Result<State<Fields>>>;

  /** Asks the issuer who this is: claims that it has judged. */
  readonly me: () => Promise<Result<Me<Claims, Fields>>>;
  readonly sessions: OwnSessions;

  /** As the platform's `fetch`; to the listed origins, and no other, it sends the access token along. */
  readonly fetch: Fetch;
  /** The access token, fresh, for what is not called by `fetch`, such as a WebSocket. Undefined where it is in a cookie, or nobody is signed in. */
  readonly accessToken: () => Promise<string | undefined>;
  /** What the access token says, read without any check: to show, never to decide by. Undefined where it is opaque or in a cookie. */
  readonly unverifiedClaims: Readonly<RegisteredClaims & Claims> | undefined;
  /** The issuer's time in milliseconds since the epoch, by its last answer: what claims are to be compared with. */
  readonly issuerTime: () => number;
  /** Ends timers and lines to other tabs. Nobody is signed out. */
  readonly close: () => void;
};

/** Email and password. */
export type Credentials = { readonly email: string; readonly password: string };

/** What changes a password. */
export type PasswordChange = {
  readonly current_password: string;
  readonly password: string;
  readonly keep_other_sessions?: boolean;
};

/** Who has signed in. Tokens stay inside. */
export type SignedIn<Fields = Readonly<Record<string, unknown>>> = { readonly user: User<Fields> };

/** What the issuer says to everybody alike. */
export type Accepted = { readonly status: "accepted"; readonly detail: string };

/** A person's sessions, on all their devices. */
export type OwnSessions = {
  /** Latest use first. */
  readonly list: () => Promise<Result<{ readonly sessions: readonly OwnSession[] }>>;
  /** Ends one. For the one in use, `signOut` is the word. */
  readonly revoke: (id: string) => Promise<Result<Ended>>;
  /** Ends all but the one in use. */
  readonly revokeOthers: () => Promise<Result<Ended & { readonly revoked: number }>>;
};
