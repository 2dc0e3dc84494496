import { realWorld } from "../world.ts";

/** Milliseconds since the epoch with a fraction, by a clock that all threads of this process share and nobody sets. */
export const sharedNow = (): number => performance.timeOrigin + realWorld.monotonic();
