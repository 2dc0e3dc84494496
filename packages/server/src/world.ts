import { randomFillSync } from "node:crypto";

/** Everything outside the process's own arithmetic. Production passes `realWorld`; a test passes its own clock or randomness. */
export type World = {
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds from any fixed point, by a clock that is never set. */
  readonly monotonic: () => number;
  /** Cryptographically secure random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  /** Requests to others' servers, for what the configuration turns on; a world without it has no network. */
  readonly fetch?: Fetch;
};

/** `fetch`, as far as it is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The world as it is: the system's clock, `node:crypto`'s generator and the network. */
export const realWorld: World = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: pooledRandom(),
  fetch: (url, init) => fetch(url, init),
};

/** The system's generator, asked for 4 KiB at a time, since each question costs much more than its bytes. What was given out is wiped from the pool. */
function pooledRandom(): World["random"] {
  const pool = new Uint8Array(4096);
  let next = pool.length;
  return (bytes) => {
    if (bytes > pool.length / 16) return randomFillSync(new Uint8Array(bytes));
    if (next + bytes > pool.length) {
      randomFillSync(pool);
      next = 0;
    }
    const given = pool.slice(next, next + bytes);
    pool.fill(0, next, next + bytes);
    next += bytes;
    return given;
  };
}

/** How far the clocks of two processes of one issuer may differ; `@cardea/verifier` allows as much by default. */
export const clockErrorMs = 5000;

/**
 * Whether something is dated by a clock that was wrong: from further ahead than clocks differ, or are set back when they are put
 * right. It would hold for longer than its kind does.
 */
export const isFromAhead = (madeAt: number, now: number): boolean => madeAt > now + 60_000;

/**
 * The time from which something has to last, in whole milliseconds since the epoch: the monotonic clock, set by the largest
 * difference between both clocks that was seen. By a wall clock that was set back, a revocation would be over before the tokens
 * that it is about. After a jump ahead that was wrong, what is dated so is kept longer by as much, and that is all it costs. A process
 * that starts while its clock is behind cannot know.
 */
export function lastingClock({ now, monotonic }: Pick<World, "now" | "monotonic">): () => number {
  let offset = now() - monotonic();
  return () => {
    offset = Math.max(offset, now() - monotonic());
    return Math.ceil(monotonic() + offset);
  };
}

/** `bytes` random bytes as base64url text: 16 for identifiers, 32 for secrets. */
export const randomToken = (world: World, bytes: number): string =>
  Buffer.from(world.random(bytes)).toString("base64url");
