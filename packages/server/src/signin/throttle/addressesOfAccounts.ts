import { CounterLimiter, type Counting } from "./counterLimiter.ts";

/** Which addresses failed on which account of late. */
export type AddressesOfAccounts = {
  /** Looks an address up, and changes nothing yet. */
  readonly look: (account: string, address: string | undefined) => Promise<OwnFailures>;
};

/** An address on an account. */
export type OwnFailures = {
  /** Whether the address has no failure on the account in the last `forMs`; of a hundred who ask at once, one is told so. Asked again it says the same. */
  readonly claim: () => Promise<boolean>;
  /** The attempt is made: from now on the address is not fresh. The number it has among those of the address; undefined where that is not known. */
  readonly keep: () => Promise<number | undefined>;
  /** It was not made. */
  readonly giveBack: () => Promise<void>;
  readonly forget: () => Promise<void>;
};

/** Counts failures by account and address; each moves the end. An address that is not known is never fresh: it would be everybody's. */
export function createAddressesOfAccounts(counting: Counting, forMs: number): AddressesOfAccounts {
  const limiter = new CounterLimiter(counting, { name: "account_address", points: 1, windowMs: forMs });

  /** What is refused later leaves no trace, so a person who keeps trying becomes fresh again. */
  const isFirst = async (key: string): Promise<boolean> => {
    const { consumedPoints } = await limiter.penalty(key, 1, { restart: true });
    if (consumedPoints > 1) await limiter.reward(key);
    return consumedPoints === 1;
  };

  return {
    look: async (account, address) => {
      if (address === undefined) return nobody;
      const key = `${account}:${address}`;
      const hasFailed = ((await limiter.get(key))?.consumedPoints ?? 0) > 0;
      let claimed: Promise<boolean> | undefined;
      let isCounted = false;
      const claim = async (): Promise<boolean> => {
        isCounted = !hasFailed && (await isFirst(key));
        return isCounted;
      };
      return {
        claim: () => {
          claimed ??= claim();
          return claimed;
        },
        keep: async () => {
          // One that claimed was the first; it has been counted already.
          if (isCounted) return 1;
          isCounted = true;
          return (await limiter.penalty(key, 1, { restart: true })).consumedPoints;
        },
        giveBack: async () => {
          if (isCounted) await limiter.reward(key);
          isCounted = false;
        },
        forget: async () => {
          await limiter.delete(key);
        },
      };
    },
  };
}

const nothing = async (): Promise<void> => undefined;
const nobody: OwnFailures = {
  claim: async () => false,
  keep: async () => undefined,
  giveBack: nothing,
  forget: nothing,
};
