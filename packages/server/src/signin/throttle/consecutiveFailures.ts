import { CounterLimiter, type Counting } from "./counterLimiter.ts";

/** Failures in a row since the last success, as one atomic counter. */
export type ConsecutiveFailures = {
  /** How many, and how long ago the last one was. */
  readonly read: (key: string) => Promise<{ readonly count: number; readonly msSinceLast: number }>;
  /** Counts an attempt before it is made, and answers with the number it has in the row. */
  readonly add: (key: string) => Promise<number>;
  /** Takes an attempt back that was not made. */
  readonly giveBack: (key: string) => Promise<void>;
  readonly forget: (key: string) => Promise<void>;
};

/** Failures are forgotten so long after the last one: 30 days. */
export const failuresKeptMs: number = 30 * 86_400_000;

/** Every addition moves the end of the counter, so the end tells when the last one was: one counter says both, of one instant. */
export function createConsecutiveFailures(counting: Counting, name: string): ConsecutiveFailures {
  const limiter = new CounterLimiter(counting, { name, points: Number.MAX_SAFE_INTEGER, windowMs: failuresKeptMs });
  return {
    read: async (key) => {
      const found = await limiter.get(key);
      return { count: found?.consumedPoints ?? 0, msSinceLast: failuresKeptMs - (found?.msBeforeNext ?? 0) };
    },
    add: async (key) => (await limiter.penalty(key, 1, { restart: true })).consumedPoints,
    giveBack: async (key) => {
      await limiter.reward(key);
    },
    forget: async (key) => {
      await limiter.delete(key);
    },
  };
}
