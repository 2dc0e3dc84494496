import type { EventSink } from "../event.ts";
import type { Accounts } from "../people/accounts.ts";
import type { CanonicalEmail } from "../people/email.ts";
import type { AcceptablePassword } from "../people/password.ts";
import { ok, type Result, refuse, type SignInRefusal } from "../refusal.ts";

declare const proven: unique symbol;

/** Proof that a person showed who they are just now; only this file makes one, and a session starts from nothing else. */
export type VerifiedIdentity = {
  readonly accountId: string;
  /** RFC 8176 authentication methods. */
  readonly amr: readonly string[];
  readonly [proven]: true;
};

/** Checks email and password. Unknown and wrong cost the same work and differ only in the event. */
export async function signIn(
  credentials: { readonly email: CanonicalEmail; readonly password: AcceptablePassword },
  { accounts, onEvent }: { readonly accounts: Accounts; readonly onEvent: EventSink },
): Promise<Result<VerifiedIdentity, SignInRefusal>> {
  const checked = await accounts.authenticate(credentials.email, credentials.password);
  if (checked.ok) return ok({ accountId: checked.value.id, amr: ["pwd"] } as unknown as VerifiedIdentity);
  const refusal = refusalFor(checked.refusal.account?.id);
  onEvent({ type: "sign_in_refused", ...refusal });
  return refuse(refusal);
}

const refusalFor = (accountId: string | undefined): SignInRefusal =>
  accountId === undefined ? { reason: "unknown_account" } : { reason: "wrong_password", accountId };
