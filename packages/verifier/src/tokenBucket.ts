/** A budget: `take` is true at most `capacity` times at once and once per `refillMs` after that. */
export function createTokenBucket({
  capacity,
  refillMs,
  monotonic,
}: {
  readonly capacity: number;
  readonly refillMs: number;
  readonly monotonic: () => number;
}): { readonly take: () => boolean } {
  let tokens = capacity;
  let countedAt = monotonic();
  return {
    take: () => {
      const now = monotonic();
      tokens = Math.min(capacity, tokens + (now - countedAt) / refillMs);
      countedAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
