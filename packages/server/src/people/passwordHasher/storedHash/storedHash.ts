import { type Argon2Hash, readArgon2 } from "./argon2.ts";
import { type BcryptHash, readBcrypt } from "./bcrypt.ts";
import { type Pbkdf2Hash, readPbkdf2 } from "./pbkdf2.ts";
import { type FirebaseScryptHash, readFirebaseScrypt, readScrypt, type ScryptHash } from "./scrypt.ts";

/** A stored password hash, read. `memoryKiB` and `work` say what checking it takes; `work` in the unit of `workOf`. */
export type StoredHash = Argon2Hash | BcryptHash | ScryptHash | FirebaseScryptHash | Pbkdf2Hash;

/** How each scheme is read; a new one is a new row here and in `checkPassword`. */
const readers: readonly ((text: string) => StoredHash | undefined)[] = [
  readArgon2,
  readBcrypt,
  readScrypt,
  readFirebaseScrypt,
  readPbkdf2,
];

/** Reads a stored hash; undefined for text of no known form. Linear in the text's length, which is bounded. */
export function readStoredHash(text: string): StoredHash | undefined {
  if (text.length > longestText) return undefined;
  for (const read of readers) {
    const stored = read(text);
    if (stored) return stored;
  }
  return undefined;
}

const longestText = 512;
