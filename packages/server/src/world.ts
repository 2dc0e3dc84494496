import { randomBytes } from "node:crypto";

/** Everything outside the process's own arithmetic. Production passes `realWorld`; a test passes its own clock or randomness. */
export type World = {
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds from any fixed point, by a clock that is never set. */
  readonly monotonic: () => number;
  /** Cryptographically secure random bytes. */
  readonly random: (bytes: number) => Uint8Array;
};

/** The world as it is: the system's clock and `node:crypto`'s generator. */
export const realWorld: World = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  random: (bytes) => randomBytes(bytes),
};

/** `bytes` random bytes as base64url text: 16 for identifiers, 32 for secrets. */
export const randomToken = (world: World, bytes: number): string =>
  Buffer.from(world.random(bytes)).toString("base64url");
