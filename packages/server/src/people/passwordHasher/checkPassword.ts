import { createCipheriv, pbkdf2Sync, scryptSync, timingSafeEqual } from "node:crypto";
import { createRequire } from "node:module";
import { hashRawSync } from "@node-rs/argon2";
import type { CheckKey } from "./job.ts";
import type { Argon2Hash } from "./storedHash/argon2.ts";
import type { BcryptHash } from "./storedHash/bcrypt.ts";
import type { Pbkdf2Hash } from "./storedHash/pbkdf2.ts";
import type { FirebaseScryptHash, ScryptHash } from "./storedHash/scrypt.ts";
import type { StoredHash } from "./storedHash/storedHash.ts";

/** Whether a password is the one behind a stored hash. Synchronous and slow by design: only for a worker thread. */
export function checkPassword(password: string, stored: StoredHash, key: CheckKey | undefined): boolean {
  switch (stored.scheme) {
    case "argon2":
      return timingSafeEqual(argon2(password, stored, key), stored.hash);
    case "bcrypt":
      return bcrypt(password, stored);
    case "scrypt":
      return timingSafeEqual(scrypt(password, stored, stored.salt, stored.hash.length), stored.hash);
    case "firebase-scrypt":
      return firebaseScrypt(password, stored, key);
    case "pbkdf2":
      return timingSafeEqual(pbkdf2(password, stored), stored.hash);
  }
}

/** The raw bytes of an argon2 hash, as long as `hash`, with the pepper as the algorithm's own secret (RFC 9106 3.1). */
export const argon2 = (
  password: string,
  { variant, version, memoryKiB, passes, parallelism, salt, hash }: Omit<Argon2Hash, "scheme" | "pepperId" | "work">,
  key: CheckKey | undefined,
): Uint8Array =>
  hashRawSync(password, {
    algorithm: { d: 0, i: 1, id: 2 }[variant],
    version: version === 19 ? 1 : 0,
    memoryCost: memoryKiB,
    timeCost: passes,
    parallelism,
    outputLen: hash.length,
    salt,
    ...(key ? { secret: key.secret } : {}),
  });

/**
 * bcrypt reads 72 bytes, then starts anew after a NUL: passwords that differ only behind byte 72, or repeat themselves after a
 * NUL, would open the same hash. Neither is ever a match. The work is done all the same, so that time says nothing.
 */
function bcrypt(password: string, { text }: BcryptHash): boolean {
  const fits = Buffer.byteLength(password) <= 72 && !password.includes("\0");
  return loadBcrypt().verifySync(password, text) && fits;
}

/** Loaded when the first hash needs it: few installations have any, and each thread would pay for it in memory. */
const loadBcrypt = (): typeof import("@node-rs/bcrypt") => createRequire(import.meta.url)("@node-rs/bcrypt");

const scrypt = (
  password: string,
  { N, r, p }: ScryptHash | FirebaseScryptHash,
  salt: Uint8Array,
  length: number,
): Buffer => scryptSync(password, salt, length, { N, r, p, maxmem: 256 * (N * r + r * p) });

function firebaseScrypt(password: string, stored: FirebaseScryptHash, key: CheckKey | undefined): boolean {
  if (!key) return false;
  const salt = Buffer.concat([stored.salt, key.saltSeparator ?? new Uint8Array()]);
  const cipher = createCipheriv("aes-256-ctr", scrypt(password, stored, salt, 32), new Uint8Array(16));
  const sealed = Buffer.concat([cipher.update(key.secret), cipher.final()]);
  return sealed.length === stored.hash.length && timingSafeEqual(sealed, stored.hash);
}

const pbkdf2 = (password: string, { salt, iterations, hash, digest }: Pbkdf2Hash): Buffer =>
  pbkdf2Sync(password, salt, iterations, hash.length, digest);
