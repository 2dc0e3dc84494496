import { type Duration, parseDuration } from "@cardea/verifier";
import { realWorld, type World } from "../world.ts";

/** A clock that stands still until it is told to move. */
export type TestClock = {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Moves the clock on, by a span such as `6m`, or by milliseconds. */
  readonly advance: (by: Duration | number) => void;
  readonly world: World;
};

/** A clock that begins at the present, in whole seconds. */
export function testClock(): TestClock {
  const start = Math.floor(realWorld.now() / 1000) * 1000;
  let passed = 0;
  const now = (): number => start + passed;
  return {
    now,
    advance: (by) => {
      const ms = typeof by === "number" ? by : parseDuration(by);
      if (!(ms >= 0)) throw new TypeError('advance: a clock goes forward; give a span such as "6m"');
      passed += ms;
    },
    world: { ...realWorld, now, monotonic: () => passed },
  };
}
