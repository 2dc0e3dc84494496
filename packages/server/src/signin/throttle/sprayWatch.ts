import type { RequestContext } from "../../requestContext.ts";
import { CounterLimiter, type Counting } from "./counterLimiter.ts";
import type { ThrottleLimits } from "./limits.ts";

/** Sees one password tried on many accounts. It refuses nobody, and tells of it once per window. */
export type SprayWatch = { readonly failed: (failure: Failure, context: RequestContext) => Promise<void> };

type Failure = {
  /** No other failure stood on the account. */
  readonly isFirstOfAccount: boolean;
  /** The address that failed; undefined where it is not known, or failed on this account before. */
  readonly address: string | undefined;
};

/** Counts different accounts: per address, and over everybody, since a spray from many addresses shows only there. */
export function createSprayWatch(counting: Counting, { spray }: ThrottleLimits): SprayWatch {
  const { accountsPerAddress, accounts, within } = spray;
  const ofAddress = new CounterLimiter(counting, {
    name: "spray_address",
    points: accountsPerAddress,
    windowMs: within,
  });
  const ofAll = new CounterLimiter(counting, { name: "spray", points: accounts, windowMs: within });

  const count = async (limiter: CounterLimiter, key: string, context: RequestContext): Promise<void> => {
    const { consumedPoints: failures } = await limiter.penalty(key);
    // The first one beyond tells, so that a window has one event.
    if (failures === limiter.points + 1) counting.refused({ type: "spray_suspected", failures }, context);
  };

  return {
    failed: async ({ isFirstOfAccount, address }, context) => {
      if (address !== undefined) await count(ofAddress, address, context);
      if (isFirstOfAccount) await count(ofAll, "all", context);
    },
  };
}
