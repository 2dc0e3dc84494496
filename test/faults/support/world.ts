import { realWorld, type World } from "cardea";

/** The real world with a wall clock that somebody sets, and with faults on demand. The other clock goes on, as it does in a machine. */
export type FaultyWorld = {
  readonly world: World;
  /** Sets the wall clock by so many milliseconds, to and fro. */
  readonly jump: (ms: number) => void;
  /** Lets both clocks run ahead: time passes. */
  readonly pass: (ms: number) => void;
  /** All that passed so: a monotonic clock that stands still otherwise, for who must not depend on how fast a machine is. */
  readonly passed: () => number;
  /** The random generator works so many times more, and fails from then on; answers whether it came to that. */
  readonly breakRandomAfter: (calls: number) => () => boolean;
  readonly mendRandom: () => void;
};

/** A world in order. */
export function faultyWorld(): FaultyWorld {
  let set = 0;
  let passed = 0;
  let callsLeft = Number.POSITIVE_INFINITY;
  return {
    world: {
      ...realWorld,
      now: () => realWorld.now() + set + passed,
      monotonic: () => realWorld.monotonic() + passed,
      random: (bytes) => {
        callsLeft -= 1;
        if (callsLeft < 0) throw new Error("secret-detail: the generator has no entropy");
        return realWorld.random(bytes);
      },
    },
    jump: (ms) => {
      set += ms;
    },
    pass: (ms) => {
      passed += ms;
    },
    passed: () => passed,
    breakRandomAfter: (calls) => {
      callsLeft = calls;
      return () => callsLeft < 0;
    },
    mendRandom: () => {
      callsLeft = Number.POSITIVE_INFINITY;
    },
  };
}
