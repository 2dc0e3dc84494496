/** A refusal is a normal outcome of signing in, refreshing and checking, so it is a value; bugs and broken storage throw. */
export type Result<T, R> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: R };

/** The outcome that holds. */
export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

/** The outcome that does not, with the tagged reason. */
export const refuse = <R>(refusal: R): { readonly ok: false; readonly refusal: R } => ({ ok: false, refusal });

/** Why credentials were refused. It goes to events and nowhere else, but for `rate_limited`; no arm carries a secret. */
export type SignInRefusal =
  | { readonly reason: "unknown_account" }
  | { readonly reason: "wrong_password" | "account_disabled" | "email_not_verified"; readonly accountId: string };

/** Why a refresh token was refused. `reused` means that the whole session was ended: two parties held one token. */
export type RefreshRefusal = {
  readonly reason:
    | "malformed"
    | "unknown_session"
    | "session_expired"
    | "reused"
    | "not_issued_yet"
    | "other_transport";
};

/** A mistake in configuration or usage: the message says what to do about it. */
export class ConfigurationError extends Error {
  readonly code = "configuration";
  override readonly name = "ConfigurationError";
}

/** Another process holds the store's lock for too long; nothing was done, and the same call may go through later. */
export class StoreBusyError extends Error {
  readonly code = "store_busy";
  override readonly name = "StoreBusyError";
}

/** No key can sign now, or the signer of the configuration did not: nothing was handed out, and the same request may go through later. */
export class SignerUnavailableError extends Error {
  readonly code = "signer_unavailable";
  override readonly name = "SignerUnavailableError";
}

/** A change wants an address that another account has; nothing of it was done. */
export class EmailTakenError extends Error {
  readonly code = "email_taken";
  override readonly name = "EmailTakenError";
}

/** More password work is waiting than the configured bound allows; try again in `retryAfterSeconds`. */
export class OverloadedError extends Error {
  readonly code = "overloaded";
  override readonly name = "OverloadedError";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(`Too much password work is waiting; try again in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
