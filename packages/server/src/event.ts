import type { SignInRefusal } from "./refusal.ts";
import type { RequestContext } from "./requestContext.ts";

/**
 * What a security log wants to know: every change and every refusal, in the past tense. No arm carries a password, a token, an
 * email or network address or free text of a caller; identifiers and words of our own only. A new arm needs its row in
 * `audit/catalogue.ts`, which does not compile without it.
 */
export type SecurityEvent = AccountEvent | SessionEvent | GuardEvent | OperationEvent;

/** Why a session ended. */
export type SessionEnd =
  | "signed_out"
  | "revoked"
  | "evicted"
  | "expired"
  | "reused"
  | "replaced"
  | "password_changed"
  | "password_reset"
  | "account_disabled"
  | "account_deleted";

type OfAccount = { readonly accountId: string };
type OfSession = { readonly accountId: string; readonly sessionId: string };

type AccountEvent =
  | ({ readonly type: "signed_up" } & OfAccount)
  /** `accountId` is the account that has the address. */
  | ({ readonly type: "sign_up_repeated" } & OfAccount)
  | ({ readonly type: "account_created" } & OfAccount)
  | { readonly type: "accounts_imported"; readonly count: number }
  | ({ readonly type: "account_disabled" } & OfAccount)
  | ({ readonly type: "account_enabled" } & OfAccount)
  | ({ readonly type: "account_deleted" } & OfAccount)
  | ({ readonly type: "account_exported" } & OfAccount)
  /** `roles` are all that the account has from now on. */
  | ({ readonly type: "roles_changed"; readonly roles: readonly string[] } & OfAccount)
  /** `fields` are names; the values stay in the account. */
  | ({ readonly type: "fields_changed"; readonly fields: readonly string[] } & OfAccount)
  | ({ readonly type: "email_verification_requested" } & OfAccount)
  | ({ readonly type: "email_verified" } & OfAccount)
  | ({ readonly type: "email_change_requested" } & OfAccount)
  | ({ readonly type: "email_changed" } & OfAccount)
  | ({ readonly type: "password_changed" } & OfAccount)
  /** Without an account when the address is nobody's. */
  | ({ readonly type: "password_reset_requested" } & Partial<OfAccount>)
  | ({ readonly type: "password_reset" } & OfAccount)
  | ({ readonly type: "password_rehashed" } & OfAccount)
  | ({ readonly type: "password_locked" } & OfAccount)
  | ({ readonly type: "link_refused"; readonly purpose: LinkUse; readonly reason: string } & Partial<OfAccount>);

type LinkUse = "verify_email" | "reset_password" | "change_email";

type SessionEvent =
  /** `amr` says how (RFC 8176); `newDevice` that the account does not know the device. */
  | ({ readonly type: "signed_in"; readonly amr: readonly string[]; readonly newDevice?: boolean } & OfSession)
  | ({ readonly type: "sign_in_refused"; readonly reason: SignInRefusal["reason"] } & Partial<OfAccount>)
  | ({ readonly type: "session_ended"; readonly reason: SessionEnd } & OfSession)
  | ({ readonly type: "refresh_refused"; readonly reason: string } & Partial<OfSession>)
  | ({ readonly type: "refresh_reused" } & OfSession)
  /** `replaced` is the id that the session had before. */
  | ({ readonly type: "reauthenticated"; readonly amr: readonly string[]; readonly replaced?: string } & OfSession)
  | ({ readonly type: "reauthentication_refused"; readonly reason: string } & OfAccount & Partial<OfSession>);

type GuardEvent =
  | { readonly type: "token_refused"; readonly reason: string }
  /** An operation of the routes was not done; `reason` is the refusal's, or what was wrong with the new password. */
  | ({ readonly type: "request_refused"; readonly operation: string; readonly reason: string } & Partial<OfSession>)
  /** The token held, and yet: the person may not do this, or must sign in anew first. */
  | ({ readonly type: "access_refused"; readonly reason: string } & Partial<OfSession>)
  | { readonly type: "csrf_refused"; readonly reason: string }
  /** Without the id that was given: it is a caller's text, and may be the secret in the wrong place. */
  | { readonly type: "service_refused" }
  | ({ readonly type: "rate_limited"; readonly limit: string } & Partial<OfAccount>)
  | { readonly type: "spray_suspected"; readonly failures?: number }
  | { readonly type: "token_guessing_suspected" }
  /** `reason` is of `http/clientAddress`. At most one an hour. */
  | { readonly type: "proxy_not_trusted"; readonly reason: string };

type OperationEvent =
  | { readonly type: "service_created"; readonly serviceId: string }
  | { readonly type: "service_deleted"; readonly serviceId: string }
  /** `key` is what the kind names: a token, a session, a subject, a client, a tenant or a key; nothing for all. */
  | { readonly type: "tokens_revoked"; readonly kind: string; readonly key?: string; readonly reason?: string }
  | { readonly type: "key_created"; readonly kid: string }
  | { readonly type: "key_rotated"; readonly kid: string }
  | { readonly type: "key_retired"; readonly kid: string }
  | { readonly type: "key_revoked"; readonly kid: string }
  | { readonly type: "key_exported"; readonly kid: string }
  | { readonly type: "keys_resealed"; readonly count: number }
  | { readonly type: "mail_delayed"; readonly kind: string; readonly attempts: number; readonly reason: string }
  | { readonly type: "mail_given_up"; readonly kind: string; readonly attempts: number; readonly reason: string }
  | { readonly type: "audit_dropped"; readonly count: number }
  | { readonly type: "fault"; readonly where: string; readonly error: unknown };

/** Where rooms tell what happened. */
export type EventSink = (event: SecurityEvent) => void;

/** What surrounds an event: the id of its line in the audit trail, when, by whom (an account id, `cli`, `api`, `system`, or nobody known) and from where. */
export type EventContext = RequestContext & {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly actor: string | undefined;
};

/** A function of the application that is told events. What it throws, at once or later as a promise, is dropped, so that a broken log never changes an answer. */
export type EventHook = (event: SecurityEvent, context: EventContext) => void;

/** Wraps a sink or a hook so that its failure stays its own: a rejection that nobody hears would end the process. */
export const guardedSink =
  <Told extends readonly unknown[]>(sink: (...told: Told) => void): ((...told: Told) => void) =>
  (...told) => {
    try {
      const logged: unknown = sink(...told);
      if (logged instanceof Promise) logged.catch(() => undefined);
    } catch {
      // A log that fails must neither break nor delay a sign-in.
    }
  };

/** A hook that nobody listens at. */
export const noEvent = (): void => undefined;
