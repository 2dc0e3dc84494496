import { randomInt } from "node:crypto";

/** Everything outside the verifier's own arithmetic. Production uses the real one; a test passes what it wants to own. */
export type World = {
  /** Milliseconds since the epoch, by the wall clock. */
  readonly now: () => number;
  /** Milliseconds from any fixed point, by a clock that is never set. */
  readonly monotonic: () => number;
  readonly fetch: typeof fetch;
  /** A number in [0, 1) that spreads retries. */
  readonly random: () => number;
};

/** The real clocks, network and dice: the only place in this package that touches them. */
export const realWorld: World = {
  now: Date.now,
  monotonic: () => performance.now(),
  fetch: (input, init) => fetch(input, init),
  // Nobody can foresee these: a view of revocations hashes under a key that is made of them.
  random: () => randomInt(2 ** 47) / 2 ** 47,
};

/**
 * The time by which something may be forgotten for ever, in whole milliseconds since the epoch: the monotonic clock, set by the
 * smallest difference between both clocks that was seen. A wall clock that runs ahead for a while (a wrong NTP server, a typing
 * error) would else take for past what is not, and once it is right again a revoked token would be good. So this clock
 * never follows a jump ahead, also where the jump was right, or the machine slept: it then lags for the life of the process, and
 * what is forgotten later costs room, nothing else. A process that starts while its clock is ahead cannot know.
 */
export function cautiousClock({ now, monotonic }: Pick<World, "now" | "monotonic">): () => number {
  let offset = now() - monotonic();
  return () => {
    offset = Math.min(offset, now() - monotonic());
    return Math.floor(monotonic() + offset);
  };
}
