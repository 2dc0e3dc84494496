import { randomBytes } from "node:crypto";

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
  random: (bytes) => randomBytes(bytes),
  fetch: (url, init) => fetch(url, init),
};

/** `bytes` random bytes as base64url text: 16 for identifiers, 32 for secrets. */
export const randomToken = (world: World, bytes: number): string =>
  Buffer.from(world.random(bytes)).toString("base64url");
