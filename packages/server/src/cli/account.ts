import { type CanonicalEmail, canonicalEmail } from "../people/email.ts";
import type { Account, PersonStore } from "../store/ports.ts";
import { UsageError } from "./command.ts";

/** How a user is named on the command line. */
export const accountWord = "EMAIL|ID";

/** The user with that address or identifier. Throws when there is none. */
export async function findAccount(
  people: Pick<PersonStore, "find" | "findByEmail">,
  word: string | undefined = "",
): Promise<Account> {
  const found = await (word.includes("@") ? people.findByEmail(emailOf(word)) : people.find(word));
  if (found) return found;
  throw new Error(`There is no user ${word}. See: cardea users list`);
}

/** An address in its canonical form. Throws `UsageError`. */
export function emailOf(word: string): CanonicalEmail {
  const email = canonicalEmail(word);
  if (email.ok) return email.value;
  throw new UsageError("This is not an email address. Example: ada@example.com");
}

/** A user as commands show it: nothing that would let somebody in. */
export const accountBody = (account: Omit<Account, "passwordHash">): object => ({
  id: account.id,
  email: account.email,
  email_verified: account.emailVerifiedAt !== undefined,
  roles: account.roles,
  fields: account.fields,
  created_at: instant(account.createdAt),
  password_changed_at: instant(account.passwordChangedAt),
  disabled_at: account.disabledAt === undefined ? null : instant(account.disabledAt),
});

/** An instant as RFC 3339 has it. */
export const instant = (ms: number): string => new Date(ms).toISOString();
