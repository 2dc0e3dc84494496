import type { Mailer } from "../mail/mailer.ts";
import type { CanonicalEmail } from "../people/email.ts";
import { linkHash, oneTimeLink } from "../people/oneTimeLink.ts";
import type { By, Decision, People } from "../people/people.ts";
import { EmailTakenError } from "../refusal.ts";
import { revocationOfAll } from "../session/ending.ts";
import type { VerifiedIdentity } from "../signin/identity.ts";
import { verificationOf } from "../signin/signUp.ts";
import type { Person } from "../store/ports.ts";
import type { World } from "../world.ts";
import { type LinkOwner, type LinkRefusal, linkFault, ownerOfLink } from "./link.ts";

/** Proving an address, and changing it. */
export type EmailAddress = {
  /** Sends the link that proves the account's address once more; false when it is proved already. */
  readonly sendVerification: (accountId: string, by: By) => Promise<boolean>;
  /** Whose link of sign-up or of `sendVerification` it is; undefined when it does not work. Spends nothing. */
  readonly ownerOf: (token: string, by: By) => Promise<LinkOwner | undefined>;
  /** Spends such a link for who also knows the account's password: whoever signed up with somebody else's address does not get it proved by its owner. False when it does not work. */
  readonly verify: (token: string, identity: VerifiedIdentity, by: By) => Promise<boolean>;
  /** Asks the new address to confirm, and tells the present one. Whether the new one is taken is for the caller the same. */
  readonly requestChange: (accountId: string, email: CanonicalEmail, by: By) => Promise<void>;
  /** Spends the link that went to the new address: the account has it from now on, and the old one is told. False when the link does not work or the address was taken meanwhile. */
  readonly confirmChange: (token: string, by: By) => Promise<boolean>;
};

/** What it is built from. */
export type EmailAddressParts = {
  readonly people: People;
  readonly mailer: Mailer;
  readonly linkMs: number;
  readonly world: World;
  readonly refusedLink: (refusal: LinkRefusal, by: By) => void;
};

/** Addresses over the people of the store. */
export function createEmailAddress(parts: EmailAddressParts): EmailAddress {
  const { people, mailer, linkMs, world, refusedLink } = parts;

  const spend = async (
    token: string,
    by: By,
    purpose: "verify_email" | "change_email",
    identity?: VerifiedIdentity,
  ): Promise<boolean> => {
    const hash = linkHash(token);
    if (hash === undefined) {
      refusedLink({ purpose, reason: "unknown" }, by);
      return false;
    }
    const fault = await people.change({ linkHash: hash }, by, (person): Decision<LinkRefusal["reason"] | "none"> => {
      const found = linkFault(person, purpose, world.now());
      if (found !== undefined) return { answer: found };
      if (identity && !isOf(identity, person)) return { answer: "wrong_password" };
      return { ...(purpose === "verify_email" ? verified(person, parts) : changed(person, parts)), answer: "none" };
    });
    if (fault === "none") return true;
    refusedLink({ purpose, reason: fault ?? "unknown" }, by);
    return false;
  };

  return {
    sendVerification: async (accountId, by) => {
      const sent = await people.change({ accountId }, by, ({ account }): Decision<boolean> => {
        if (account.emailVerifiedAt !== undefined) return { answer: false };
        const request = verificationOf(account, { ...parts, verification: { validForMs: linkMs } });
        return { ...request, events: [{ type: "email_verification_requested", accountId }], answer: true };
      });
      return sent ?? false;
    },

    ownerOf: async (token, by) => {
      const owner = await ownerOfLink(token, "verify_email", parts);
      if (owner.ok) return owner.value;
      refusedLink({ purpose: "verify_email", reason: owner.refusal }, by);
      return undefined;
    },

    verify: (token, identity, by) => spend(token, by, "verify_email", identity),

    requestChange: async (accountId, email, by) => {
      const holder = await people.findByEmail(email);
      await people.change({ accountId }, by, ({ account }): Decision<undefined> => {
        const { token, link } = oneTimeLink("change_email", { account, email, validForMs: linkMs }, world);
        const toNew = holder
          ? mailer.write({ kind: "already_registered", to: email })
          : mailer.write({ kind: "change_email_confirm", to: email, token, validForMs: linkMs });
        return {
          dropLinks: { accountId, purposes: ["change_email"] },
          links: holder ? [] : [link],
          mails: [toNew, mailer.write({ kind: "email_change_requested", to: account.email })],
          events: [{ type: "email_change_requested", accountId }],
          answer: undefined,
        };
      });
    },

    confirmChange: async (token, by) => {
      try {
        return await spend(token, by, "change_email");
      } catch (error) {
        if (!(error instanceof EmailTakenError)) throw error;
        refusedLink({ purpose: "change_email", reason: "outdated" }, by);
        return false;
      }
    },
  };
}

const isOf = ({ accountId, passwordChangedAt }: VerifiedIdentity, { account }: Person): boolean =>
  account.id === accountId && account.passwordChangedAt === passwordChangedAt;

type Spent = Omit<Decision<unknown>, "answer">;

const verified = ({ account }: Person, { world }: EmailAddressParts): Spent => ({
  account: { ...account, emailVerifiedAt: account.emailVerifiedAt ?? world.now() },
  dropLinks: { accountId: account.id, purposes: ["verify_email"] },
  events: [{ type: "email_verified", accountId: account.id }],
});

/** Tokens that name the old address are void; links that went to it too. */
const changed = ({ account, link, sessions }: Person, { mailer, world }: EmailAddressParts): Spent => ({
  account: { ...account, email: link?.email ?? account.email, emailVerifiedAt: world.now() },
  dropLinks: { accountId: account.id, purposes: ["change_email", "verify_email", "reset_password"] },
  revocations: [revocationOfAll({ account, sessions }, world.now())],
  mails: [mailer.write({ kind: "email_changed", to: account.email })],
  events: [{ type: "email_changed", accountId: account.id }],
});
