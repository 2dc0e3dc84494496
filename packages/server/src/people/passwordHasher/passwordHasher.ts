import { availableParallelism } from "node:os";
import { ConfigurationError } from "../../refusal.ts";
import type { World } from "../../world.ts";
import type { AcceptablePassword } from "../passwords/password.ts";
import { type CheckKeys, checkKeyFor, type MissingKey } from "./checkKeys.ts";
import { defaultHashCost, type HashCost, workOf } from "./hashCost.ts";
import type { CheckKey } from "./job.ts";
import type { Lane } from "./lanes.ts";
import { createPool } from "./pool.ts";
import { type Argon2Hash, writeArgon2id } from "./storedHash/argon2.ts";
import { readStoredHash, type StoredHash } from "./storedHash/storedHash.ts";

/** Hashes and checks passwords off the event loop, never more at once than there are workers. */
export type PasswordHasher = {
  /** A PHC string (argon2id) with a fresh 16-byte salt. Throws `OverloadedError` before any work when too much waits. */
  readonly hash: (password: AcceptablePassword, options?: HashOptions) => Promise<string>;
  /**
   * Whether the password is the one behind `stored`, and whether that hash is `outdated`: of a lower cost, another scheme or
   * another pepper than new ones, so that whoever has the password now hashes it again. Without `stored` it does the same work
   * on a dummy and says no, so that an unknown account costs what a known one does. Throws `OverloadedError` as `hash` does,
   * `ConfigurationError` when the hash's pepper or Firebase key is not configured, and an error for what is no hash: never a yes.
   */
  readonly verify: (
    password: AcceptablePassword,
    stored: string | undefined,
    options?: HashOptions,
  ) => Promise<{ readonly matches: boolean; readonly outdated: boolean }>;
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
  ...keys
}: PasswordHasherOptions): PasswordHasher {
  const pool = createPool({ world, cost, workers, maxQueue, maxWaitMs });
  const { pepper } = keys;
  const dummy = dummyHash(world, cost, pepper?.id);

  return {
    hash: async (password, { lane = "sign-in" } = {}) => {
      const salt = world.random(16);
      const done = await pool.run({ do: "hash", password, salt, key: pepper && { secret: pepper.secret } }, lane);
      if (!("digest" in done)) throw new Error("The hashing worker gave no hash.");
      return writeArgon2id(cost, { salt, hash: done.digest, pepperId: pepper?.id });
    },
    verify: async (password, text, { lane = "sign-in" } = {}) => {
      const stored = text === undefined ? dummy : readable(text);
      const usual = hasCost(stored, cost);
      const done = await pool.run({ do: "check", password, stored, usual, key: keyOrFault(stored, keys) }, lane);
      if (text === undefined) return { matches: false, outdated: false };
      return { matches: "matches" in done && done.matches, outdated: isOutdated(stored, cost, pepper?.id) };
    },
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

function readable(text: string): StoredHash {
  const stored = readStoredHash(text);
  if (stored) return stored;
  throw new Error("Password hashing failed: a stored hash has no known form.");
}

/** A pepper that is lost must not look like a wrong password, which nobody would look into. */
function keyOrFault(stored: StoredHash, keys: CheckKeys): CheckKey | undefined {
  const key = checkKeyFor(stored, keys);
  if (key.ok) return key.value;
  throw new ConfigurationError(missingKeyText(key.refusal));
}

const missingKeyText = (missing: MissingKey): string =>
  missing.reason === "unknown_pepper"
    ? `A stored password hash was made under the pepper "${missing.id}". Add it to passwords.earlierPeppers.`
    : "A stored password hash is Firebase's. Give passwords.firebase: { signerKey, saltSeparator }.";

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
