import assert from "node:assert/strict";
import { argon2Sync } from "node:crypto";
import { realWorld } from "cardea";
import { createPasswordHasher, type PasswordHasher } from "../../src/people/passwordHasher/passwordHasher.ts";
import { readArgon2 } from "../../src/people/passwordHasher/storedHash/argon2.ts";
import { type AcceptablePassword, presentedPassword } from "../../src/people/passwords/password.ts";

/** A text as a password. */
export function typed(text: string): AcceptablePassword {
  const presented = presentedPassword(text);
  assert.ok(presented.ok);
  return presented.value;
}

/** Work with a hasher of one thread, unless told otherwise, that is closed afterwards. */
export async function withHasher(
  options: Partial<Parameters<typeof createPasswordHasher>[0]>,
  work: (hasher: PasswordHasher) => Promise<void>,
): Promise<void> {
  const hasher = createPasswordHasher({ world: realWorld, workers: 1, ...options });
  try {
    await work(hasher);
  } finally {
    await hasher.close();
  }
}

/** What argon2 must come out as, by another implementation. */
export const argon2ByNode = (text: string, phc: string, secret?: Uint8Array): string => {
  const stored = readArgon2(phc);
  assert.ok(stored);
  const { memoryKiB: memory, passes, parallelism, salt: nonce } = stored;
  const options = { message: text, nonce, memory, passes, parallelism, tagLength: 32 };
  return argon2Sync("argon2id", secret ? { ...options, secret } : options)
    .toString("base64")
    .replaceAll("=", "");
};
