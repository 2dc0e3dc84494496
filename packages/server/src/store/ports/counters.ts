/** Counters of attempts, each with an end. Shared by all processes of the store. */
export type CounterStore = {
  /** Adds `points` and answers with the sum and its end. A counter that is not there, or ended at `now`, starts anew and ends at `endsAt`; `restart` moves the end of a running one too. */
  readonly add: (
    key: string,
    points: number,
    span: { readonly now: number; readonly endsAt: number; readonly restart: boolean },
  ) => Promise<Counter>;
  /** Undefined when it is not there or ended at `now`. */
  readonly find: (key: string, now: number) => Promise<Counter | undefined>;
  readonly remove: (key: string) => Promise<void>;
};

/** A counter's sum, and when it ends in milliseconds since the epoch. */
export type Counter = { readonly points: number; readonly endsAt: number };
