import { ok, type Result, refuse } from "../../refusal.ts";
import { type CheckKeys, checkKeyFor, type MissingKey } from "./checkKeys.ts";
import type { CheckKey } from "./job.ts";
import { readStoredHash, type StoredHash } from "./storedHash/storedHash.ts";

/** A stored hash, read, and the key that checking it takes. */
export type CheckableHash = { readonly stored: StoredHash; readonly key: CheckKey | undefined };

/** Reads a stored hash; refused, with the fix for whoever runs the issuer, when it cannot be checked here. */
export function checkableHash(text: string, keys: CheckKeys): Result<CheckableHash, string> {
  const stored = readStoredHash(text);
  if (!stored) return refuse("A stored password hash has no known form.");
  const key = checkKeyFor(stored, keys);
  return key.ok ? ok({ stored, key: key.value }) : refuse(missingKeyText(key.refusal));
}

const missingKeyText = (missing: MissingKey): string =>
  missing.reason === "unknown_pepper"
    ? `A stored password hash was made under the pepper "${missing.id}". Add it to passwords.earlierPeppers.`
    : "A stored password hash is Firebase's. Give passwords.firebase: { signerKey, saltSeparator }.";
