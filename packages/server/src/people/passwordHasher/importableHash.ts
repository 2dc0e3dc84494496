import { ok, type Result, refuse } from "../../refusal.ts";
import { type CheckKeys, checkKeyFor, type MissingKey } from "./checkKeys.ts";
import { defaultHashCost, workOf } from "./hashCost.ts";
import { readStoredHash } from "./storedHash/storedHash.ts";

/** Why a foreign hash is not taken. */
export type HashRefusal = "unknown_hash" | "hash_too_costly" | MissingKey["reason"];

/** What checking an imported hash may take. Each sign-in pays it until the first one with the right password has replaced the hash. */
export const importBounds = {
  /** 256 MiB: what libsodium's "moderate" takes. Each worker may need it. */
  memoryKiB: 262_144,
  /** Some 130 hashes at the floor, about two seconds: bcrypt up to cost 14, PBKDF2-SHA256 up to 8 million iterations. */
  work: 130 * workOf(defaultHashCost),
} as const;

/** Whether a hash of another system can be checked here: of a known form, of a bearable cost, and with its key at hand. Computes nothing. */
export function checkImportable(text: string, keys: CheckKeys): Result<undefined, HashRefusal> {
  const stored = readStoredHash(text);
  if (!stored) return refuse("unknown_hash");
  if (stored.memoryKiB > importBounds.memoryKiB || stored.work > importBounds.work) return refuse("hash_too_costly");
  const key = checkKeyFor(stored, keys);
  return key.ok ? ok(undefined) : refuse(key.refusal.reason);
}
