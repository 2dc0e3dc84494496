import type { Mailer } from "../mail/mailer.ts";
import type { CanonicalEmail } from "../people/email.ts";
import { oneTimeLink } from "../people/oneTimeLink.ts";
import type { PasswordHasher } from "../people/passwordHasher/passwordHasher.ts";
import type { PasswordRefusal } from "../people/passwords/passwordRefusal.ts";
import type { PasswordPolicy } from "../people/passwords/policy.ts";
import type { By, Decision, People } from "../people/people.ts";
import { ok, type Result, refuse } from "../refusal.ts";
import { endingOfAll } from "../session/ending.ts";
import type { World } from "../world.ts";
import { type LinkRefusal, linkFault, ownerOfLink } from "./link.ts";

/** Getting back into an account by the mailbox of its address. */
export type Recovery = {
  /** Sends a link if the address is somebody's; for a caller there is no difference. At once: what is left to do is done behind the answer. */
  readonly forgot: (email: CanonicalEmail, by: By) => Promise<void>;
  /** Sets a new password by a link. Ends all sessions, voids all links of the account and signs nobody in. */
  readonly reset: (
    token: string,
    password: string,
    by: By,
  ) => Promise<Result<{ readonly email: CanonicalEmail }, ResetRefusal>>;
};

/** Why a password was not reset. */
export type ResetRefusal =
  | { readonly reason: "invalid_link" }
  | { readonly reason: "password"; readonly refusal: PasswordRefusal };

/** What recovery is built from. */
export type RecoveryParts = {
  readonly people: People;
  readonly policy: PasswordPolicy;
  readonly hasher: PasswordHasher;
  readonly mailer: Mailer;
  readonly linkMs: number;
  readonly world: World;
  readonly refusedLink: (refusal: LinkRefusal, by: By) => void;
};

/** Recovery over the people of the store. */
export function createRecovery({
  people,
  policy,
  hasher,
  mailer,
  linkMs,
  world,
  refusedLink,
}: RecoveryParts): Recovery {
  return {
    forgot: (email, by) =>
      people.register(email, by, (account): Decision<undefined> => {
        if (!account || account.disabledAt !== undefined) {
          return { events: [{ type: "password_reset_requested" }], answer: undefined };
        }
        const { token, link } = oneTimeLink("reset_password", { account, validForMs: linkMs }, world);
        return {
          dropLinks: { accountId: account.id, purposes: ["reset_password"] },
          links: [link],
          mails: [mailer.write({ kind: "reset_password", to: account.email, token, validForMs: linkMs })],
          events: [{ type: "password_reset_requested", accountId: account.id }],
          answer: undefined,
        };
      }),

    reset: async (token, input, by) => {
      const invalid = (reason: LinkRefusal["reason"]): Result<never, ResetRefusal> => {
        refusedLink({ purpose: "reset_password", reason }, by);
        return refuse({ reason: "invalid_link" });
      };
      const owner = await ownerOfLink(token, "reset_password", { people, world });
      if (!owner.ok) return invalid(owner.refusal);
      const { linkHash, account: found } = owner.value;
      const password = await policy.accept(input, { email: found.email });
      if (!password.ok) return refuse({ reason: "password", refusal: password.refusal });
      const passwordHash = await hasher.hash(password.value, { lane: "step-up" });
      const outcome = await people.change({ linkHash }, by, (person): Decision<LinkRefusal["reason"] | "reset"> => {
        const now = world.now();
        const { account } = person;
        const fault = linkFault(person, "reset_password", now);
        if (fault !== undefined) return { answer: fault };
        const ending = endingOfAll(person, { reason: "password_reset", now });
        return {
          ...ending,
          // Who reads the mailbox has shown that it is theirs.
          account: {
            ...account,
            passwordHash,
            passwordChangedAt: now,
            emailVerifiedAt: account.emailVerifiedAt ?? now,
          },
          dropLinks: { accountId: account.id, purposes: ["reset_password", "change_email", "verify_email"] },
          mails: [mailer.write({ kind: "password_changed", to: account.email })],
          events: [...ending.events, { type: "password_reset", accountId: account.id }],
          answer: "reset",
        };
      });
      // It was there a moment ago: whoever came in between has spent it.
      return outcome === "reset" ? ok({ email: found.email as CanonicalEmail }) : invalid(outcome ?? "spent");
    },
  };
}
