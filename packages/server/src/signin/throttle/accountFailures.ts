import { ok, type Result, refuse } from "../../refusal.ts";
import { createAddressesOfAccounts, type OwnFailures } from "./addressesOfAccounts.ts";
import { createConsecutiveFailures } from "./consecutiveFailures.ts";
import type { Counting } from "./counterLimiter.ts";
import { createFailureCap } from "./failureCap.ts";
import { type Limited, limited, type ThrottleLimits } from "./limits.ts";

/** Guesses on one account by devices that it does not know. */
export type AccountFailures = {
  /** Looks up how the account stands, and changes nothing yet. `address` is undefined where it is not known. */
  readonly look: (account: string, address: string | undefined) => Promise<AccountStanding>;
  readonly forgive: (account: string) => Promise<void>;
};

/** How an account stands with an address. */
export type AccountStanding = {
  /** Counts the attempt as a failure before it is made, or refuses it. */
  readonly admit: () => Promise<Result<AccountAttempt, Limited>>;
};

/** An attempt that may be made; one of the three functions says what became of it. */
export type AccountAttempt = {
  /** No failure of anybody stood on this account. */
  readonly isFirstOfAccount: boolean;
  /** This address had no failure of its own on this account. */
  readonly isFirstOfAddress: boolean;
  /** How many free failures the address has once this one has failed, by its own failures alone; undefined where it is not known. */
  readonly triesLeft: number | undefined;
  /** True if the row is full with this one. */
  readonly failed: () => Promise<boolean>;
  readonly succeeded: () => Promise<void>;
  readonly giveBack: () => Promise<void>;
};

/**
 * The account rule: some failures are free, then each starts a longer wait, and at the end of the row only recovery helps
 * (NIST SP 800-63B 3.2.2). While the account waits, an address without a failure of its own may still try once: who fails
 * every minute cannot lock the owner out, and gains one guess per address.
 */
export function createAccountFailures(counting: Counting, limits: ThrottleLimits): AccountFailures {
  const { freeFailures, maxFailures, freshAddressAfter } = limits.account;
  const end = maxFailures - limits.knownDevice.share;
  const failures = createConsecutiveFailures(counting, "account");
  const cap = createFailureCap(counting, "account", end);
  const addresses = createAddressesOfAccounts(counting, freshAddressAfter);
  const { waitAfter, waitLeft } = waits(limits.account);

  const forgive = async (account: string): Promise<void> => {
    await Promise.all([failures.forget(account), cap.forget(account)]);
  };

  const wait = (count: number, msLeft: number): Limited =>
    limited("account_wait", { quota: 1, windowMs: waitAfter(count), msLeft });

  const admit = async (account: string, { row, offForMs, own }: Standing): Promise<Result<AccountAttempt, Limited>> => {
    if (offForMs > 0) return refuse(limited("account_off", { quota: end, windowMs: offForMs, msLeft: offForMs }));
    if (row.count >= end) return refuse(wait(row.count, waitAfter(row.count)));
    const msLeft = waitLeft(row);
    if (msLeft > 0 && !(await own.claim())) return refuse(wait(row.count, msLeft));

    const [isFresh, count] = await Promise.all([own.claim(), failures.add(account)]);
    const giveBack = async (): Promise<void> => {
      await Promise.all([failures.giveBack(account), own.giveBack()]);
    };
    // Of all who saw one wait end, the one who counts next goes through.
    const isNext = count <= freeFailures || count === row.count + 1;
    if (count > end || !(isNext || isFresh)) {
      await giveBack();
      return refuse(wait(count - 1, waitAfter(count - 1)));
    }
    const ownCount = await own.keep();
    return ok({
      isFirstOfAccount: count === 1,
      isFirstOfAddress: isFresh,
      triesLeft: ownCount === undefined ? undefined : Math.max(0, freeFailures - ownCount),
      failed: () => cap.failed(account),
      succeeded: async () => {
        await Promise.all([forgive(account), own.forget()]);
      },
      giveBack,
    });
  };

  return {
    look: async (account, address) => {
      const [row, offForMs, own] = await Promise.all([
        failures.read(account),
        cap.msLeft(account),
        addresses.look(account, address),
      ]);
      return { admit: () => admit(account, { row, offForMs, own }) };
    },
    forgive,
  };
}

type Standing = {
  readonly row: { readonly count: number; readonly msSinceLast: number };
  readonly offForMs: number;
  readonly own: OwnFailures;
};

/** Free failures cost nothing; then the wait doubles up to its longest. */
function waits({ freeFailures, firstWait, longestWait }: ThrottleLimits["account"]): {
  readonly waitAfter: (count: number) => number;
  readonly waitLeft: (row: { readonly count: number; readonly msSinceLast: number }) => number;
} {
  const waitAfter = (count: number): number =>
    count < freeFailures ? 0 : Math.min(longestWait, firstWait * 2 ** (count - freeFailures));
  return {
    waitAfter,
    // A clock that was set back lengthens no wait beyond its own length.
    waitLeft: ({ count, msSinceLast }) => Math.max(0, waitAfter(count) - Math.max(0, msSinceLast)),
  };
}
