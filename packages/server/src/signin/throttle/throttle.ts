import type { CanonicalEmail } from "../../people/email.ts";
import { noRequest } from "../../requestContext.ts";
import { createCounterKeys, type Source } from "./counterKeys.ts";
import { CounterLimiter, type Counting } from "./counterLimiter.ts";
import type { Limited, LimitName, ThrottleLimits } from "./limits.ts";
import { type Admission, createSignInAdmission, type SignInAttempt } from "./signInAdmission.ts";
import { takeAll } from "./takeAll.ts";
import { createWindowLimit, type WindowLimit } from "./windowLimit.ts";

/** All limits of an issuer. What counts throws `StoreBusyError` when it cannot: then nobody may guess. */
export type Throttle = {
  /** Whether the password may be looked at. */
  readonly signIn: (attempt: SignInAttempt) => Promise<Admission>;
  /** Takes what has a limit: an account, a request for a mail, the mail itself, or a try at a one-time link, given back when the link was one. */
  readonly take: (what: Takeable, by: TakenBy) => Promise<Taken>;
  /** Counts a token that nobody issued. It refuses nothing; past the limit it tells of `token_guessing_suspected`, once per window. */
  readonly count: (what: "token_guess", by: Pick<TakenBy, "client">) => Promise<void>;
  /** The recovery by mail went through: failures on the account are forgotten. */
  readonly recovered: (email: CanonicalEmail) => Promise<void>;
};

/** What clients take. `sign_up`, `mail_request` and `link` go by the client's address, `mail` by the mailbox. */
export type Takeable = "sign_up" | "mail_request" | "mail" | "reset_mail" | "link";

/** Who takes: the client's IP address, undefined where it is not known, and the mailbox. */
export type TakenBy = { readonly client?: string | undefined; readonly email?: CanonicalEmail };

/** A use that was taken, or the refusal. */
export type Taken = { readonly admitted: true; readonly giveBack: () => Promise<void> } | Limited;

/** What the throttle is built from; `secret` makes the keys of counters. */
export type ThrottleParts = Counting & { readonly limits: ThrottleLimits; readonly secret: Uint8Array };

/** Opens the limits over the store's counters. */
export function createThrottle({ limits, secret, ...counting }: ThrottleParts): Throttle {
  const { refused } = counting;
  const keys = createCounterKeys(secret);
  const signIns = createSignInAdmission(counting, limits, keys);
  const usage = createUsage(counting, limits);
  const { unknown, within } = limits.tokens;
  const guesses = new CounterLimiter(counting, { name: "token_guess", points: unknown, windowMs: within });

  const tell = ({ limit }: Limited, address: string | undefined, accountId?: string): void =>
    refused(
      { type: "rate_limited", limit, ...(accountId === undefined ? {} : { accountId }) },
      { ...noRequest, address },
    );

  return {
    signIn: async (attempt) => {
      const admission = await signIns.admit(attempt);
      if (!admission.admitted) tell(admission, attempt.client, attempt.accountId);
      return admission;
    },
    take: async (what, { client, email }) => {
      const by = { ...keys.source(client), mailbox: email && keys.mailbox(email) };
      const taken = await takeAll(usage[what].map(({ limit, per }) => [limit, by[per]]));
      if (taken.ok) return { admitted: true, giveBack: taken.value.giveBack };
      tell(taken.refusal, client);
      return taken.refusal;
    },
    count: async (_what, { client }) => {
      const { address } = keys.source(client);
      if (address === undefined) return;
      const { consumedPoints } = await guesses.penalty(address);
      if (consumedPoints === unknown + 1) {
        refused({ type: "token_guessing_suspected" }, { ...noRequest, address: client });
      }
    },
    recovered: signIns.forgive,
  };
}

type Usage = { readonly limit: WindowLimit; readonly per: keyof Source | "mailbox" };

/** What takes from which limits. */
function createUsage(counting: Counting, limits: ThrottleLimits): Readonly<Record<Takeable, readonly Usage[]>> {
  const { signUp, mail, links } = limits;
  const usage = (name: LimitName, per: Usage["per"], quota: number, windowMs: number): Usage => ({
    per,
    limit: createWindowLimit(counting, { name, quota, windowMs }),
  });
  return {
    sign_up: [
      usage("sign_up_address", "address", signUp.perAddress, signUp.within),
      usage("sign_up_network", "network", signUp.perNetwork, signUp.within),
    ],
    mail_request: [usage("mail_address", "address", mail.perAddress, mail.within)],
    mail: [usage("mail_mailbox", "mailbox", mail.perMailbox, mail.within)],
    // By itself: whatever else strangers cause to be sent to a mailbox must not keep its owner from recovering.
    reset_mail: [usage("reset_mailbox", "mailbox", mail.perMailbox, mail.within)],
    link: [usage("link_address", "address", links.failures, links.within)],
  };
}
