import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { randomToken, type World } from "../../world.ts";

/** Reads the key-encryption secret from its file, or makes it unless it must not: 32 random bytes as base64url. Of two processes that start together, both get the same. */
export function localSecret(file: string, world: World, { make = true } = {}): Uint8Array | undefined {
  return readSecret(file) ?? (make ? makeSecret(file, world) : undefined);
}

function readSecret(file: string): Uint8Array | undefined {
  try {
    return Buffer.from(readFileSync(file, "utf8").trim(), "base64url");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** Written whole under another name, then linked: the file is never seen half-written, and the first link wins. */
function makeSecret(file: string, world: World): Uint8Array {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomToken(world, 6)}`;
  writeFileSync(draft, `${randomToken(world, 32)}\n`, { mode: 0o600, flag: "wx", flush: true });
  try {
    linkSync(draft, file);
    syncFolder(dirname(file));
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(draft);
  }
  const secret = readSecret(file);
  if (!secret) throw new Error(`The secret file ${file} vanished while it was made.`);
  return secret;
}

/** A name is safe from a power cut only once its folder is; the database must never outlive the secret that opens it. */
function syncFolder(folder: string): void {
  const opened = openSync(folder, "r");
  fsyncSync(opened);
  closeSync(opened);
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
