import type { World } from "../../world.ts";
import { assumedHashMs, type HashCost } from "./hashCost.ts";

/** How long password work takes on this machine, as far as it is known. */
export type Pace = {
  readonly begins: (worker: object) => void;
  readonly ends: (worker: object) => void;
  /** Milliseconds of one job: assumed at first, then the mean of the latest ones. Never 0. */
  readonly hashMs: () => number;
};

/** The pace of a pool. A worker's first job does not count: it includes the start of the thread. */
export function createPace({ monotonic }: Pick<World, "monotonic">, cost: HashCost): Pace {
  const running = new WeakMap<object, number>();
  const warm = new WeakSet<object>();
  let mean = assumedHashMs(cost);

  return {
    begins: (worker) => {
      running.set(worker, monotonic());
    },
    ends: (worker) => {
      const took = monotonic() - (running.get(worker) ?? 0);
      if (warm.has(worker)) mean += (took - mean) / 16;
      warm.add(worker);
    },
    hashMs: () => Math.max(1, mean),
  };
}
