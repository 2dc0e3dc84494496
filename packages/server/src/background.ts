import { setImmediate as nextTurn } from "node:timers/promises";
import { OverloadedError } from "./refusal.ts";

/** Work that nobody waits for, such as what an answer must not be timed by. */
export type Background = {
  /**
   * Starts the work in the next turn of the event loop: in a store that answers at once, work of this turn would be done before
   * the answer leaves. What it throws is told, and ends nothing. Throws `OverloadedError` when too much is running.
   */
  readonly run: (where: string, work: () => Promise<unknown>) => void;
  readonly hasRoom: () => boolean;
  /** Resolves when all that was started is done. To be called before the store is closed. */
  readonly idle: () => Promise<void>;
};

/** What is started faster than it ends must not fill the memory. */
const mostAtOnce = 1000;

/** A place for such work. `onFault` hears what failed. */
export function createBackground(onFault: (where: string, error: unknown) => void): Background {
  const running = new Set<Promise<unknown>>();
  return {
    run: (where, work) => {
      if (running.size >= mostAtOnce) throw new OverloadedError(1);
      const done: Promise<unknown> = nextTurn()
        .then(work)
        .catch((error: unknown) => onFault(where, error))
        .finally(() => running.delete(done));
      running.add(done);
    },
    hasRoom: () => running.size < mostAtOnce,
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
