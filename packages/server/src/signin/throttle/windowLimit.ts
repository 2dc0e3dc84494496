import { RateLimiterRes } from "rate-limiter-flexible";
import { ok, type Result, refuse } from "../../refusal.ts";
import { CounterLimiter, type Counting } from "./counterLimiter.ts";
import { type Limited, type LimitName, limited } from "./limits.ts";

/** So many uses in a window that starts with the first one. */
export type WindowLimit = {
  /** Takes a use before the work begins, so that a hundred at once cannot all be the first. What is refused is not counted. */
  readonly take: (key: string) => Promise<Result<Use, Limited>>;
  readonly forget: (key: string) => Promise<void>;
};

/** A use that was taken. */
export type Use = {
  /** It does not count after all. */
  readonly giveBack: () => Promise<void>;
  /** It counts for good. Only needed where uses are given back: it tells a window that is used up from one that is busy. */
  readonly keep: () => Promise<void>;
};

/**
 * `quota` uses in `windowMs`. Where the window is full of uses that may still be given back, the refusal says to come back in
 * a second: of a class of pupils who sign in at once, none has failed.
 */
export function createWindowLimit(
  counting: Counting,
  {
    name,
    quota,
    windowMs,
    settles = false,
  }: {
    readonly name: LimitName;
    readonly quota: number;
    readonly windowMs: number;
    readonly settles?: boolean;
  },
): WindowLimit {
  const taken = new CounterLimiter(counting, { name, points: quota, windowMs });
  const kept = new CounterLimiter(counting, { name: `${name}:kept`, points: quota, windowMs });

  const use = (key: string, { msBeforeNext }: RateLimiterRes): Use => {
    const endsAt = counting.world.now() + msBeforeNext;
    return {
      giveBack: async () => {
        // A later window never held this use.
        if (counting.world.now() < endsAt) await taken.reward(key);
      },
      keep: async () => {
        const seconds = Math.max(endsAt - counting.world.now(), 0) / 1000;
        if (settles) await kept.penalty(key, 1, { customDuration: seconds });
      },
    };
  };

  const refusal = async (key: string, { msBeforeNext }: RateLimiterRes): Promise<Limited> => {
    const isBusy = settles && ((await kept.get(key))?.consumedPoints ?? 0) < quota;
    return limited(name, { quota, windowMs, msLeft: isBusy ? Math.min(busyMs, msBeforeNext) : msBeforeNext });
  };

  return {
    take: async (key) => {
      try {
        return ok(use(key, await taken.consume(key)));
      } catch (rejection) {
        if (!(rejection instanceof RateLimiterRes)) throw rejection;
        await taken.reward(key);
        return refuse(await refusal(key, rejection));
      }
    },
    forget: async (key) => {
      await taken.delete(key);
    },
  };
}

const busyMs = 1000;
