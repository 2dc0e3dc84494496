import { availableParallelism } from "node:os";
import { ConfigurationError } from "../../refusal.ts";
import type { World } from "../../world.ts";
import type { AcceptablePassword } from "../passwords/password.ts";
import { type CheckableHash, checkableHash } from "./checkableHash.ts";
import type { CheckKeys } from "./checkKeys.ts";
import { defaultHashCost, type HashCost, workOf } from "./hashCost.ts";
import type { Lane } from "./lanes.ts";
import { createPool } from "./pool.ts";
import { type Argon2Hash, writeArgon2id } from "./storedHash/argon2.ts";
import type { StoredHash } from "./storedHash/storedHash.ts";

/** Hashes and checks passwords off the event loop, never more at once than there are workers. */
export type PasswordHasher = {
  /** A PHC string (argon2id) with a fresh 16-byte salt. Throws `OverloadedError` before any work when too much waits. */
  readonly hash: (password: AcceptablePassword, options?: HashOptions) => Promise<string>;
  /**
   * Whether the password is the one behind `stored`, and whether that hash is `outdated`: of a lower cost, another scheme or
   * another pepper than new ones, so that whoever has the password now hashes it again. Without `stored` it does the same work
   * on a dummy and says no, so that an unknown account costs what a known one does. So it does when the hash's pepper or
   * Firebase key is not configured, and for what is no hash; `onFault` hears of it. Throws `OverloadedError` as `hash` does.
   */
  readonly verify: (
    password: AcceptablePassword,
    stored: string | undefined,
    options?: HashOptions,
  ) => Promise<{ readonly matches: boolean; readonly outdated: boolean }>;
  /** Throws `OverloadedError` while more work would be refused: for whoever has other work to do first, that would be in vain. */
  readonly requireRoom: (options?: HashOptions) => void;
  readonly close: () => Promise<void>;
};

/** Where the work waits: by default with those who sign in. */
export type HashOptions = { readonly lane?: Lane };

/**
 * The pool's settings. Up to `maxQueue` may wait; without it as many as are served within `maxWaitMs` (default 1000), by the pace
 * that this machine has shown. Memory is `workers` times the cost's, and a little.
 */
export type PasswordHasherOptions = CheckKeys & {
  readonly world: World;
  readonly cost?: HashCost | undefined;
  readonly workers?: number | undefined;
  readonly maxQueue?: number | undefined;
  readonly maxWaitMs?: number | undefined;
  /** Hears, as `ConfigurationError`s, of stored hashes that cannot be checked: to the person they look like a wrong password. */
  readonly onFault?: ((fault: ConfigurationError) => void) | undefined;
};

/** Hashing threads, as many as there are cores and at most four, unless told otherwise. */
export const defaultWorkers = (): number => Math.max(1, Math.min(4, availableParallelism()));

/** Starts workers on first use and lets the process end while they idle. */
export function createPasswordHasher({
  world,
  cost = defaultHashCost,
  workers = defaultWorkers(),
  maxQueue,
  maxWaitMs = 1000,
  onFault = () => undefined,
  ...keys
}: PasswordHasherOptions): PasswordHasher {
  const pool = createPool({ world, cost, workers, maxQueue, maxWaitMs });
  const { pepper } = keys;
  const nobodys: CheckableHash = {
    stored: dummyHash(world, cost, pepper?.id),
    key: pepper && { secret: pepper.secret },
  };
  const checkable = (text: string): CheckableHash | undefined => {
    const found = checkableHash(text, keys);
    if (found.ok) return found.value;
    onFault(new ConfigurationError(found.refusal));
    return undefined;
  };

  return {
    hash: async (password, { lane = "sign-in" } = {}) => {
      const salt = world.random(16);
      const done = await pool.run({ do: "hash", password, salt, key: pepper && { secret: pepper.secret } }, lane);
      if (!("digest" in done)) throw new Error("The hashing worker gave no hash.");
      return writeArgon2id(cost, { salt, hash: done.digest, pepperId: pepper?.id });
    },
    verify: async (password, text, { lane = "sign-in" } = {}) => {
      const known = text === undefined ? undefined : checkable(text);
      const { stored, key } = known ?? nobodys;
      const done = await pool.run({ do: "check", password, stored, usual: hasCost(stored, cost), key }, lane);
      if (!known) return { matches: false, outdated: false };
      return { matches: "matches" in done && done.matches, outdated: isOutdated(stored, cost, pepper?.id) };
    },
    requireRoom: ({ lane = "sign-in" } = {}) => pool.requireRoom(lane),
    close: pool.close,
  };
}

/** A hash of no password, written down instead of computed: even the first unknown account costs one check, like any other. */
const dummyHash = (world: World, cost: HashCost, pepperId: string | undefined): Argon2Hash => ({
  scheme: "argon2",
  variant: "id",
  version: 19,
  ...cost,
  pepperId,
  salt: world.random(16),
  hash: world.random(32),
  work: workOf(cost),
});

const hasCost = (stored: StoredHash, { memoryKiB, passes, parallelism }: HashCost): boolean =>
  stored.scheme === "argon2" &&
  stored.memoryKiB === memoryKiB &&
  stored.passes === passes &&
  stored.parallelism === parallelism;

/** More than the current cost is not outdated: a hash is never made cheaper. */
const isOutdated = (stored: StoredHash, cost: HashCost, pepperId: string | undefined): boolean =>
  stored.scheme !== "argon2" ||
  stored.variant !== "id" ||
  stored.version !== 19 ||
  stored.memoryKiB < cost.memoryKiB ||
  stored.passes < cost.passes ||
  stored.parallelism !== cost.parallelism ||
  stored.salt.length < 16 ||
  stored.hash.length < 32 ||
  stored.pepperId !== pepperId;
