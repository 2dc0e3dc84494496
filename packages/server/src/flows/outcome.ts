import type { Caller } from "../http/flows.ts";
import type { Refusal } from "../http/refusals.ts";
import type { PasswordRefusal } from "../people/passwords/passwordRefusal.ts";
import type { By } from "../people/people.ts";
import { ok, type Result, refuse } from "../refusal.ts";
import type { RequestContext } from "../requestContext.ts";

/** The refusal with one of these reasons. */
export type RefusalOf<R extends Refusal["reason"]> = Extract<Refusal, { readonly reason: R }>;

/** The one refusal that says no more than that the caller's session is over. */
export const sessionEnded: Result<never, RefusalOf<"session_ended">> = refuse({ reason: "session_ended" });

/** Whatever was wrong with credentials. */
export const invalidCredentials: Result<never, RefusalOf<"invalid_credentials">> = refuse({
  reason: "invalid_credentials",
});

/** Done, and nothing to tell. */
export const done: Result<undefined, never> = ok(undefined);

/** The value, or that the session is over where there is none. */
export const orEnded = <T>(value: T | undefined): Result<T, RefusalOf<"session_ended">> =>
  value === undefined ? sessionEnded : ok(value);

/** A new password that was refused, as the routes tell it. */
export const passwordRefused = ({ reason, message }: PasswordRefusal): Result<never, RefusalOf<"password_refused">> =>
  refuse({ reason: "password_refused", why: reason, advice: message });

/** Somebody who is not known yet. */
export const byStranger = (context: RequestContext): By => ({ ...context, actor: undefined });

/** Somebody who is signed in, for as long as they are. */
export const byPerson = ({ accountId, sessionId }: Caller, context: RequestContext): By => ({
  ...context,
  actor: accountId,
  sessionId,
});
