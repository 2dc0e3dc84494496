import type { Counter, CounterStore } from "./ports.ts";

/** One wish of a counter store, as data. */
export type CounterStep =
  | { readonly do: "find"; readonly key: string; readonly now: number }
  | { readonly do: "remove"; readonly key: string }
  | {
      readonly do: "add";
      readonly key: string;
      readonly points: number;
      readonly now: number;
      readonly endsAt: number;
      readonly restart: boolean;
    };

/** Does steps in their order, all in one transaction or none; answers each in its place, with the counter as it then stands. */
export type RunSteps = (steps: readonly CounterStep[]) => Promise<readonly (Counter | undefined)[]>;

type Wish = {
  readonly step: CounterStep;
  readonly resolve: (counter: Counter | undefined) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Counters whose steps travel together: all that is wanted in one turn of the event loop is one transaction, whoever wants it.
 * A sign-in moves a dozen counters, and their number is no longer the number of transactions. A batch that fails fails for all.
 */
export function batchedCounters(run: RunSteps): CounterStore {
  let wishes: Wish[] = [];

  const flush = async (): Promise<void> => {
    const batch = wishes;
    wishes = [];
    try {
      const counters = await run(batch.map(({ step }) => step));
      for (const [at, { resolve }] of batch.entries()) resolve(counters[at]);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const ask = (step: CounterStep): Promise<Counter | undefined> =>
    new Promise((resolve, reject) => {
      if (wishes.length === 0) setImmediate(flush);
      wishes.push({ step, resolve, reject });
    });

  return {
    add: async (key, points, span) => {
      const counter = await ask({ do: "add", key, points, ...span });
      if (!counter) throw new Error("A counter was not kept.");
      return counter;
    },
    find: (key, now) => ask({ do: "find", key, now }),
    remove: async (key) => {
      await ask({ do: "remove", key });
    },
  };
}
