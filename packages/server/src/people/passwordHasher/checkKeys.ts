import { ok, type Result, refuse } from "../../refusal.ts";
import type { CheckKey } from "./job.ts";
import type { StoredHash } from "./storedHash/storedHash.ts";

/** A secret that goes into every new hash and is kept apart from the store. The stored text names it by `id`: 1 to 8 of `A-Z a-z 0-9 _ -`. */
export type Pepper = { readonly id: string; readonly secret: Uint8Array };

/** A Firebase project's `base64_signer_key` and `base64_salt_separator`: without them none of its hashes can be checked. */
export type FirebaseKey = { readonly signerKey: Uint8Array; readonly saltSeparator: Uint8Array };

/** All that is needed beside stored hashes to check them. New hashes get `pepper`; the earlier ones only check. */
export type CheckKeys = {
  readonly pepper?: Pepper | undefined;
  readonly earlierPeppers?: readonly Pepper[] | undefined;
  readonly firebase?: FirebaseKey | undefined;
};

/** Why a stored hash cannot be checked here. */
export type MissingKey =
  | { readonly reason: "unknown_pepper"; readonly id: string }
  | { readonly reason: "no_firebase_key" };

/** The key for a stored hash, undefined for one that needs none. A pepper that is not configured is never taken for no pepper. */
export function checkKeyFor(stored: StoredHash, keys: CheckKeys): Result<CheckKey | undefined, MissingKey> {
  if (stored.scheme === "firebase-scrypt") {
    const { firebase } = keys;
    return firebase
      ? ok({ secret: firebase.signerKey, saltSeparator: firebase.saltSeparator })
      : refuse({ reason: "no_firebase_key" });
  }
  const id = stored.scheme === "argon2" ? stored.pepperId : undefined;
  if (id === undefined) return ok(undefined);
  const pepper = [keys.pepper, ...(keys.earlierPeppers ?? [])].find((one) => one?.id === id);
  return pepper ? ok({ secret: pepper.secret }) : refuse({ reason: "unknown_pepper", id });
}
