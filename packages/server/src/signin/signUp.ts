import type { Mailer } from "../mail/mailer.ts";
import type { CanonicalEmail } from "../people/email.ts";
import { type NewLink, oneTimeLink } from "../people/oneTimeLink.ts";
import type { PasswordHasher } from "../people/passwordHasher/passwordHasher.ts";
import type { AcceptablePassword } from "../people/passwords/password.ts";
import type { By, Decision, People } from "../people/people.ts";
import type { Account } from "../store/ports.ts";
import { randomToken, type World } from "../world.ts";

/** Who signs up: an address in its canonical form, a password that fits, and the application's own fields, checked. */
export type NewPerson = {
  readonly email: CanonicalEmail;
  readonly password: AcceptablePassword;
  readonly fields: Account["fields"];
};

/** What signing up needs. `verification` says how long a link to the address works; undefined: no link is sent. */
export type SignUpParts = {
  readonly people: People;
  readonly hasher: PasswordHasher;
  readonly mailer: Mailer;
  readonly verification: { readonly validForMs: number } | undefined;
  readonly world: World;
};

/**
 * Makes an account, or does the same work and says the same when the address is taken: nobody learns who has an account, but
 * the owner of the address, by mail. Hashes first and decides after, in one transaction either way.
 */
export async function signUp({ email, password, fields }: NewPerson, by: By, parts: SignUpParts): Promise<void> {
  const { people, hasher, world } = parts;
  const passwordHash = await hasher.hash(password);
  await people.register(email, by, (existing): Decision<undefined> => {
    if (existing) return repeated(existing, parts);
    const account = newAccount({ email, passwordHash, fields, roles: [] }, world);
    return {
      account,
      ...verificationOf(account, parts),
      events: [{ type: "signed_up", accountId: account.id }],
      answer: undefined,
    };
  });
}

/** An account that starts now, with a random identifier. */
export function newAccount(given: Pick<Account, "email" | "passwordHash" | "fields" | "roles">, world: World): Account {
  const now = world.now();
  return {
    ...given,
    id: randomToken(world, 16),
    emailVerifiedAt: undefined,
    passwordChangedAt: now,
    createdAt: now,
    disabledAt: undefined,
  };
}

/** The part of a decision that asks the owner of an account's address to confirm it; an earlier link for it is void. */
export function verificationOf(
  account: Account,
  { mailer, verification, world }: Pick<SignUpParts, "mailer" | "verification" | "world">,
): Pick<Decision<unknown>, "dropLinks" | "links" | "mails"> {
  if (!verification) return {};
  const { token, link }: NewLink = oneTimeLink("verify_email", { account, ...verification }, world);
  const mail = mailer.write({ kind: "verify_email", to: account.email, token, ...verification });
  return { dropLinks: { accountId: account.id, purposes: ["verify_email"] }, links: [link], mails: [mail] };
}

/** Nothing of the account changes; its owner hears that somebody tried. */
const repeated = ({ id, email }: Account, { mailer, verification }: SignUpParts): Decision<undefined> => ({
  mails: verification ? [mailer.write({ kind: "already_registered", to: email })] : [],
  events: [{ type: "sign_up_repeated", accountId: id }],
  answer: undefined,
});
