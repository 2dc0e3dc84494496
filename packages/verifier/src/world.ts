import { randomInt } from "node:crypto";

/** Everything outside the verifier's own arithmetic. Production uses the real one; a test passes what it wants to own. */
export type World = {
  /** Milliseconds since the epoch, by the wall clock. */
  readonly now: () => number;
  /** Milliseconds from any fixed point, by a clock that is never set. */
  readonly monotonic: () => number;
  readonly fetch: typeof fetch;
  /** A number in [0, 1) that spreads retries; nothing secret is made from it. */
  readonly random: () => number;
};

/** The real clocks, network and dice: the only place in this package that touches them. */
export const realWorld: World = {
  now: Date.now,
  monotonic: () => performance.now(),
  fetch: (input, init) => fetch(input, init),
  random: () => randomInt(2 ** 47) / 2 ** 47,
};
