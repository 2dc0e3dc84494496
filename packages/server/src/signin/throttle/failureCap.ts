import { failuresKeptMs } from "./consecutiveFailures.ts";
import { CounterLimiter, type Counting } from "./counterLimiter.ts";

/** The end of a row of failures, from where only recovery leads on. Only failures that were judged count, never tries under way. */
export type FailureCap = {
  /** How long the cap stays reached; 0: it is not. */
  readonly msLeft: (key: string) => Promise<number>;
  /** True for the failure that reaches it. */
  readonly failed: (key: string) => Promise<boolean>;
  readonly forget: (key: string) => Promise<void>;
};

/** A cap that was reached is kept for 400 days, as long as a device stays known: until then it takes a success or a recovery. */
export function createFailureCap(counting: Counting, name: string, cap: number): FailureCap {
  const limiter = new CounterLimiter(counting, { name: `${name}:cap`, points: cap, windowMs: failuresKeptMs });
  return {
    msLeft: async (key) => {
      const found = await limiter.get(key);
      return found && found.consumedPoints >= cap ? found.msBeforeNext : 0;
    },
    failed: async (key) => {
      const { consumedPoints } = await limiter.penalty(key, 1, { restart: true });
      if (consumedPoints >= cap) await limiter.penalty(key, 0, { restart: true, customDuration: reachedSeconds });
      return consumedPoints === cap;
    },
    forget: async (key) => {
      await limiter.delete(key);
    },
  };
}

const reachedSeconds = 400 * 86_400;
