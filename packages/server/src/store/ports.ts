import type { RevocationEntry } from "@cardea/verifier/wire";
import type { World } from "../world.ts";

/** A person who can sign in. `email` is in the canonical form of `people/email`; instants are milliseconds since the epoch. */
export type Account = {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly roles: readonly string[];
  readonly createdAt: number;
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
  /** How the person proved who they are: RFC 8176 values. */
  readonly amr: readonly string[];
  readonly userAgent: string;
  readonly generation: number;
  readonly rotatedAt: number;
};

/** An opaque access token at rest: the SHA-256 of its text, never the text. */
export type OpaqueToken = { readonly hash: string; readonly expiresAt: number };

/** Where the revocation log stands. `pos` only grows within an epoch. */
export type LogHead = { readonly epoch: string; readonly pos: number };

/** A revocation before the log gave it its position. */
export type NewRevocation = Omit<RevocationEntry, "pos">;

/** Log entries with `from < pos <= to`, and the head, all of one snapshot. */
export type LogSlice = {
  readonly head: LogHead;
  readonly from: number;
  readonly to: number;
  readonly entries: readonly RevocationEntry[];
};

/** What a decision sees: rows and log head of one snapshot (the mint rule of the revocation log). */
export type SessionRow = { readonly session: Session; readonly account: Account; readonly head: LogHead };

/** What a decision wants done. Without `write` and `end` the row stays as it was. */
export type SessionDecision<T> = {
  readonly answer: T;
  /** The session's new state. */
  readonly write?: Session;
  /** A further opaque access token of this session. */
  readonly token?: OpaqueToken;
  /** Ends the session and all its tokens; the revocation, if any, is appended in the same transaction. */
  readonly end?: { readonly revocation: NewRevocation | undefined };
};

/** A service that may introspect tokens and read the feed; only the SHA-256 of its secret is kept. */
export type Service = {
  readonly id: string;
  readonly name: string;
  readonly secretHash: string;
  readonly createdAt: number;
};

/** A key at rest: its private part sealed under the key-encryption secret. */
export type StoredKey = {
  readonly kid: string;
  readonly purpose: "access" | "refresh";
  readonly alg: string;
  readonly sealed: string;
  readonly createdAt: number;
};

/** People. */
export type AccountStore = {
  /** Inserts unless the address is taken. Of twenty who race with one address, one inserts. */
  readonly insert: (account: Account) => Promise<"inserted" | "taken">;
  readonly find: (id: string) => Promise<Account | undefined>;
  readonly findByEmail: (email: string) => Promise<Account | undefined>;
  /** By time of creation, oldest first; at most `limit`. */
  readonly list: (limit: number) => Promise<readonly Account[]>;
};

/** Sessions with their refresh families and opaque tokens. Changes are pure functions, so each engine can be atomic in its own way. */
export type SessionStore = {
  /** Inserts what `decide` makes of account and log head, read in the same snapshot; undefined when there is no such account. */
  readonly start: <T>(
    accountId: string,
    decide: (
      row: Omit<SessionRow, "session">,
    ) => Required<Pick<SessionDecision<T>, "answer" | "write">> & Pick<SessionDecision<T>, "token">,
  ) => Promise<T | undefined>;
  /** Atomic with every other change and end of the session. `decide` may run again after a conflict. Undefined when there is no such session. */
  readonly change: <T>(id: string, decide: (row: SessionRow) => SessionDecision<T>) => Promise<T | undefined>;
  /** The same for every session of an account, in one transaction. */
  readonly changeEach: <T>(accountId: string, decide: (row: SessionRow) => SessionDecision<T>) => Promise<readonly T[]>;
  readonly list: (accountId: string) => Promise<readonly Session[]>;
  /** One read: the session and account behind an opaque token's hash, unless the token has expired at `now`. */
  readonly findByToken: (
    hash: string,
    now: number,
  ) => Promise<(SessionRow & { readonly token: OpaqueToken }) | undefined>;
};

/** Sealed keys. */
export type KeyStore = {
  readonly list: () => Promise<readonly StoredKey[]>;
  /** Inserts unless a key of that purpose and algorithm exists; answers with the one that is there, so that racing starts agree. */
  readonly insertFirst: (key: StoredKey) => Promise<StoredKey>;
};

/** Service credentials. */
export type ServiceStore = {
  readonly insert: (service: Service) => Promise<"inserted" | "taken">;
  readonly find: (id: string) => Promise<Service | undefined>;
  readonly list: () => Promise<readonly Service[]>;
};

/** The append-only revocation log. Rows and head always come from one snapshot. */
export type RevocationStore = {
  /** Appends in the given order; answers with the head that includes them. */
  readonly append: (revocations: readonly NewRevocation[]) => Promise<LogHead>;
  /** Entries after `after`, at most `limit`; a cut slice ends at its last entry. `after` beyond the head answers an empty slice at the head. */
  readonly read: (after: number, limit: number) => Promise<LogSlice>;
};

/** All that an issuer remembers. A store is its conformance suite: `cardea/store-conformance`. */
export type Store = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly keys: KeyStore;
  readonly services: ServiceStore;
  readonly revocations: RevocationStore;
  /** Removes sessions, tokens and log entries that ended before `now`. The log's head never moves back. */
  readonly prune: (now: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** How a store is opened, and the secret that seals its keys when the configuration names none (undefined: it must name one). */
export type StoreFactory = {
  readonly name: string;
  readonly open: (world: World) => Promise<Store>;
  readonly localSecret: (world: World) => Promise<Uint8Array | undefined>;
};
