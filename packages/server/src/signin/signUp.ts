import type { EventSink } from "../event.ts";
import type { Accounts } from "../people/accounts.ts";
import type { CanonicalEmail } from "../people/email.ts";
import type { AcceptablePassword } from "../people/password.ts";

/** Makes an account, or does the same work and says the same when the address is taken: nobody learns who has an account. */
export async function signUp(
  person: { readonly email: CanonicalEmail; readonly password: AcceptablePassword },
  { accounts, onEvent }: { readonly accounts: Accounts; readonly onEvent: EventSink },
): Promise<void> {
  const created = await accounts.create(person);
  if (created.ok) onEvent({ type: "signed_up", accountId: created.value.id });
  else onEvent({ type: "sign_up_repeated" });
}
