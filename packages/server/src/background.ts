/** Work that nobody waits for, such as what an answer must not be timed by. */
export type Background = {
  /** Starts the work. What it throws is told, and ends nothing. */
  readonly run: (where: string, work: () => Promise<unknown>) => void;
  /** Resolves when all that was started is done. To be called before the store is closed. */
  readonly idle: () => Promise<void>;
};

/** A place for such work. `onFault` hears what failed. */
export function createBackground(onFault: (where: string, error: unknown) => void): Background {
  const running = new Set<Promise<unknown>>();
  return {
    run: (where, work) => {
      const done: Promise<unknown> = work()
        .catch((error: unknown) => onFault(where, error))
        .finally(() => running.delete(done));
      running.add(done);
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
