/** Makes cheap work last as long as the usual one. */
export type EvenWork = {
  /** Does work of the usual kind, and remembers how long it took. */
  readonly usual: <T>(work: () => T) => T;
  /** Does work of another kind, and waits for what it lacks. Work that takes longer hides nothing. */
  readonly other: <T>(work: () => T) => T;
};

/** How many of the latest times are remembered: enough to be spread as the usual times are. */
const remembered = 64;

/**
 * A hash from the days of a lower cost is checked sooner than the dummy of an unknown account, and that would say which
 * addresses have an account. So the thread stays busy for as long as the usual work took, each time one of the latest times in
 * turn: a mean would come out too even to be true. Waiting keeps the thread's place, so the queue sees no difference either.
 * `usualWork` is run once when a time is needed before any is known. Times are milliseconds.
 */
export function createEvenWork({
  now,
  pause,
  usualWork,
}: {
  readonly now: () => number;
  readonly pause: (ms: number) => void;
  readonly usualWork: () => void;
}): EvenWork {
  const times: number[] = [];
  let turn = 0;

  const usual: EvenWork["usual"] = (work) => {
    const from = now();
    const result = work();
    times.push(now() - from);
    if (times.length > remembered) times.shift();
    return result;
  };

  return {
    usual,
    other: (work) => {
      if (times.length === 0) usual(usualWork);
      turn = (turn + 1) % times.length;
      const from = now();
      const result = work();
      const lacking = (times[turn] ?? 0) - (now() - from);
      if (lacking > 0) pause(lacking);
      return result;
    },
  };
}
