import type { World } from "../world.ts";

/** Lets so many through at once, and so many a second after that. Returns whether there is room for one more. */
export function createBudget({
  most,
  perSecond,
  monotonic,
}: {
  readonly most: number;
  readonly perSecond: number;
  readonly monotonic: World["monotonic"];
}): () => boolean {
  let left = most;
  let countedAt = monotonic();
  return () => {
    const now = monotonic();
    left = Math.min(most, left + ((now - countedAt) / 1000) * perSecond);
    countedAt = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
