import type { AuditRecord } from "./audit.ts";
import type { LogHead, NewRevocation } from "./log.ts";
import type { WaitingMail } from "./mail.ts";

/** A person who can sign in. `email` is in the canonical form of `people/email`; instants are milliseconds since the epoch. */
export type Account = {
  readonly id: string;
  readonly email: string;
  /** When its owner proved to read this address; undefined: not yet. */
  readonly emailVerifiedAt: number | undefined;
  readonly passwordHash: string;
  readonly passwordChangedAt: number;
  readonly roles: readonly string[];
  /** The application's own fields, as JSON has them. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  /** Since when nobody can sign in to it; undefined: it is open. */
  readonly disabledAt: number | undefined;
};

/**
 * One sign-in on one device, and its refresh family: `generation` counts rotations, `rotatedAt` is when the current
 * generation was handed out. No token or hash of one is kept here.
 */
export type Session = {
  readonly id: string;
  readonly accountId: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly idleEndsAt: number;
  readonly absoluteEndsAt: number;
  /** When the person last proved who they are (`auth_time`). */
  readonly authenticatedAt: number;
  /** How the person proved who they are: RFC 8176 values. */
  readonly amr: readonly string[];
  /** How the client carries its tokens. */
  readonly transport: "bearer" | "cookie";
  readonly userAgent: string;
  /** The client's address at sign-in or the last refresh; undefined when it is not known. */
  readonly address: string | undefined;
  readonly generation: number;
  readonly rotatedAt: number;
};

/** An opaque access token at rest: the SHA-256 of its text, never the text. */
export type OpaqueToken = { readonly sessionId: string; readonly hash: string; readonly expiresAt: number };

/** What a one-time link is for. */
export type LinkPurpose = "verify_email" | "reset_password" | "change_email";

/** A one-time link at rest: the SHA-256 of its token. Bound to a purpose, an account and an address. */
export type OneTimeLink = {
  readonly hash: string;
  readonly purpose: LinkPurpose;
  readonly accountId: string;
  /** Where it was sent; for `change_email` the address that the account will have. */
  readonly email: string;
  readonly createdAt: number;
  readonly expiresAt: number;
};

/** Whom a change is about: an account, the owner of a session, or the one whom a link was sent to. */
export type Subject = { readonly accountId: string } | { readonly sessionId: string } | { readonly linkHash: string };

/**
 * What a change sees of a person: rows and log head of one snapshot (the mint rule of the revocation log). `sessions` holds the
 * one session that was asked for, or all of the account. `link` is the one that was asked for, expired or not.
 */
export type Person = {
  readonly account: Account;
  readonly sessions: readonly Session[];
  readonly link: OneTimeLink | undefined;
  readonly head: LogHead;
};

/** What a decision wants done: all of it in one transaction, or nothing. What is left out stays as it was. */
export type Change<T> = {
  readonly answer: T;
  /** The account's new state, or a new account. */
  readonly account?: Account;
  /** Deletes the account with all that belongs to it, but the audit trail. */
  readonly deleteAccount?: string;
  /** New sessions, and new states of old ones. */
  readonly sessions?: readonly Session[];
  /** Ids of sessions that end, with all their tokens. */
  readonly ended?: readonly string[];
  /** Further opaque access tokens of sessions that are there or in `sessions`. */
  readonly tokens?: readonly OpaqueToken[];
  /** Forgets every link of the account for these purposes; done before `links`. */
  readonly dropLinks?: { readonly accountId: string; readonly purposes: readonly LinkPurpose[] };
  readonly links?: readonly OneTimeLink[];
  /** Entries of the revocation log, in this order. */
  readonly revocations?: readonly NewRevocation[];
  readonly mails?: readonly WaitingMail[];
  readonly audit?: readonly AuditRecord[];
};

/** People with their sessions, links and opaque tokens. Changes are pure functions under the person's lock, so each engine can be atomic in its own way. */
export type PersonStore = {
  /**
   * Decides about an address that may be nobody's yet. Atomic with every other change of that address: of twenty who race, one
   * sees no account. `decide` may run again after a conflict.
   */
  readonly register: <T>(email: string, decide: (existing: Account | undefined) => Change<T>) => Promise<T>;
  /**
   * Decides about one person under that person's lock. `decide` may run again after a conflict. Undefined when there is no such
   * person, session or link. Throws `EmailTakenError` when the change wants an address that another account has.
   */
  readonly change: <T>(subject: Subject, decide: (person: Person) => Change<T>) => Promise<T | undefined>;
  readonly find: (accountId: string) => Promise<Account | undefined>;
  readonly findByEmail: (email: string) => Promise<Account | undefined>;
  /** By time of creation and id, oldest first; at most `limit`, after the account `after`. */
  readonly list: (limit: number, after?: string) => Promise<readonly Account[]>;
  readonly sessions: (accountId: string) => Promise<readonly Session[]>;
  /** The link of that hash, expired or not, until it is spent, dropped or pruned. Reading spends nothing. */
  readonly findLink: (hash: string) => Promise<OneTimeLink | undefined>;
  /**
   * One read: the session and account behind an opaque token, unless it has expired at `now`. A store with a cache may answer
   * from it unless `fresh`; `head` then is the log's head at the time of the reading that was cached.
   */
  readonly findByToken: (
    token: TokenKey,
    now: number,
    options?: { readonly fresh?: boolean },
  ) => Promise<TokenRow | undefined>;
};

/** How an opaque token is looked up: the session that its text names, and the SHA-256 of the text. */
export type TokenKey = { readonly sessionId: string; readonly hash: string };

/** An account as whoever judges a token sees it: a cache of such rows holds no password's hash. */
export type TokenAccount = Omit<Account, "passwordHash">;

/** What access tokens are made of: rows and log head of one snapshot (the mint rule of the revocation log). */
export type SessionRow = { readonly session: Session; readonly account: TokenAccount; readonly head: LogHead };

/** What an opaque token leads to. */
export type TokenRow = SessionRow & { readonly token: OpaqueToken };
