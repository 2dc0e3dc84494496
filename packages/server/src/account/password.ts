import type { Mailer } from "../mail/mailer.ts";
import type { PasswordHasher } from "../people/passwordHasher/passwordHasher.ts";
import type { AcceptablePassword } from "../people/passwords/password.ts";
import type { Decision, People } from "../people/people.ts";
import { changeHandingOut } from "../session/changeHandingOut.ts";
import { endingOf, isLive } from "../session/ending.ts";
import type { Minted, SignedIn } from "../session/minting.ts";
import type { Client, Starting } from "../session/starting.ts";
import type { VerifiedIdentity } from "../signin/identity.ts";
import type { Person } from "../store/ports.ts";
import type { World } from "../world.ts";

/** What a change of password needs. */
export type PasswordChangeParts = {
  readonly people: People;
  readonly hasher: PasswordHasher;
  readonly mailer: Mailer;
  readonly starting: Starting;
  readonly world: World;
};

/** Whose password becomes which, and what becomes of the sessions. */
export type PasswordChange = {
  /** Proof of the present password. */
  readonly identity: VerifiedIdentity;
  readonly sessionId: string;
  readonly password: AcceptablePassword;
  readonly keepOthers: boolean;
};

/**
 * Sets a new password. The session it is asked from gets a new identifier and new tokens; the others end unless they are kept;
 * links for resetting are void; the owner hears of it. Undefined, and nothing changed, when the session is not live or the
 * password was changed meanwhile.
 */
export async function changePassword(
  { identity, sessionId, password, keepOthers }: PasswordChange,
  client: Client,
  { people, hasher, mailer, starting, world }: PasswordChangeParts,
): Promise<SignedIn | undefined> {
  const passwordHash = await hasher.hash(password, { lane: "step-up" });
  const decide = (person: Person): Decision<Minted["handOut"] | undefined> => {
    const now = world.now();
    const current = person.sessions.find(({ id }) => id === sessionId);
    const isSame =
      person.account.passwordChangedAt === identity.passwordChangedAt && person.account.disabledAt === undefined;
    if (!current || !isLive(current, now) || !isSame) return { answer: undefined };
    const account = { ...person.account, passwordHash, passwordChangedAt: now };
    const { minted } = starting({ ...person, account }, { amr: identity.amr, client });
    const others = keepOthers ? [] : person.sessions.filter(({ id }) => id !== sessionId);
    const endings = [
      endingOf([current], { reason: "replaced", now }),
      endingOf(others, { reason: "password_changed", now }),
    ];
    return {
      account,
      ...minted.kept,
      ended: endings.flatMap(({ ended }) => ended),
      revocations: endings.flatMap(({ revocations }) => revocations),
      dropLinks: { accountId: account.id, purposes: ["reset_password", "change_email"] },
      mails: [mailer.write({ kind: "password_changed", to: account.email })],
      events: [...endings.flatMap(({ events }) => events), { type: "password_changed", accountId: account.id }],
      answer: minted.handOut,
    };
  };
  const done = await changeHandingOut(people, { subject: { accountId: identity.accountId }, by: client, decide });
  return done && "signedIn" in done ? done.signedIn : undefined;
}
