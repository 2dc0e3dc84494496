import type { EventSink } from "../event.ts";
import type { World } from "../world.ts";
import type { AuditStore } from "./ports/audit.ts";
import type { CounterStore } from "./ports/counters.ts";
import type { KeyStore } from "./ports/keys.ts";
import type { RevocationStore } from "./ports/log.ts";
import type { MailStore } from "./ports/mail.ts";
import type { PersonStore } from "./ports/person.ts";
import type { ServiceStore } from "./ports/services.ts";
import type { VerifierStore } from "./ports/verifiers.ts";

export type { AuditRecord, AuditStore } from "./ports/audit.ts";
export type { Counter, CounterStore } from "./ports/counters.ts";
export type { KeyChange, KeyStore, StoredKey } from "./ports/keys.ts";
export { epochLead, type LogHead, type LogSlice, type NewRevocation, type RevocationStore } from "./ports/log.ts";
export type { MailStore, WaitingMail } from "./ports/mail.ts";
export type {
  Account,
  Change,
  LinkPurpose,
  OneTimeLink,
  OpaqueToken,
  Person,
  PersonStore,
  Session,
  SessionRow,
  Subject,
  TokenAccount,
  TokenKey,
  TokenRow,
} from "./ports/person.ts";
export { type Service, type ServiceScope, type ServiceStore, scopesAmong, serviceScopes } from "./ports/services.ts";
export { type VerifierNote, type VerifierStore, verifierKey } from "./ports/verifiers.ts";

/** All that an issuer remembers. A store is its conformance suite: `cardea/store-conformance`. */
export type Store = {
  readonly people: PersonStore;
  readonly keys: KeyStore;
  readonly services: ServiceStore;
  readonly revocations: RevocationStore;
  readonly verifiers: VerifierStore;
  readonly mails: MailStore;
  readonly audit: AuditStore;
  readonly counters: CounterStore;
  /** Removes sessions, tokens, links, counters and log entries that ended before `now`, and audit records older than `auditBefore`; both by a clock that is rather behind than ahead. The log's head never moves back. */
  readonly prune: (now: number, auditBefore: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** How a store is opened, and the secret that seals its keys when the configuration names none (undefined: it must name one). */
export type StoreFactory = {
  readonly name: string;
  /** Opens, and brings the schema up to date if `migrate` (default true); `onEvent` is told what an operator should know. Throws `ConfigurationError` for a schema that is behind and must not be migrated now, or is of a newer version that broke with this one. */
  readonly open: (world: World, options?: OpenOptions) => Promise<Store>;
  /** Whether an issuer brings the schema up to date by itself in production too; else `cardea migrate` does, so that a deploy decides when. */
  readonly migratesAtStart?: boolean;
  /** The store's own secret, made when it is asked for first; without `make` (default true) only if it is there. */
  readonly localSecret: (world: World, options?: { readonly make?: boolean }) => Promise<Uint8Array | undefined>;
  /** The steps of the schema and how far the database is; undefined for a store that has no schema. */
  readonly migrations?: () => Promise<MigrationStatus>;
  /** Whether there is something to open, without making it; left out where opening makes nothing, or nothing that stays. */
  readonly exists?: () => Promise<boolean>;
  /** What a person should know about the engine as it is now: modes of files, room on the disk, its clock. Makes and changes nothing. */
  readonly check?: (world: World) => Promise<readonly Finding[]>;
};

/** How a store is opened. */
export type OpenOptions = { readonly migrate?: boolean; readonly onEvent?: EventSink };

/** One line of a check-up. `name` is what was looked at, in a word or two. */
export type Finding = {
  readonly name: string;
  readonly state: "ok" | "warn" | "fail";
  readonly text: string;
  /** What to do about it, where it is not ok. */
  readonly fix?: string;
};

/**
 * A cache that takes the frequent work off a store: the look-up of opaque tokens and the counters. The store stays the record of
 * everything else, and of what the cache holds too.
 */
export type SessionCacheFactory = {
  /** For people; without credentials. */
  readonly name: string;
  /**
   * The record with the cache in front: a whole `Store`, whose `close` closes both. Throws `ConfigurationError` when the cache
   * refuses the credentials. A cache that cannot be reached is a `fault` event and no error: the record does its work meanwhile.
   */
  readonly over: (record: Store, tools: { readonly world: World; readonly onEvent: EventSink }) => Promise<Store>;
  /** What a person should know about the cache as it is now, each with its fix; empty: all is well. */
  readonly findings: () => Promise<readonly string[]>;
};

/** Another place for the revocation log, which issuers then read there, while a revocation stays one transaction with its cause. */
export type RevocationLogFactory = {
  /** For people; without credentials. */
  readonly name: string;
  /** The record with its log carried on: a whole `Store`, whose `close` closes both. */
  readonly carry: (record: Store, tools: { readonly world: World; readonly onEvent: EventSink }) => Promise<Store>;
  /** What a person should know about that place as it is now, each with its fix; empty: all is well. */
  readonly findings: () => Promise<readonly string[]>;
};

/** How far a database's schema is. `applied` counts the steps of `steps` that ran; a newer Cardea may have run more. */
export type MigrationStatus = {
  readonly applied: number;
  readonly steps: readonly { readonly name: string; readonly sql: string }[];
};
