import { randomBytes } from "node:crypto";

const bytesEach = 16;
const each = 4096;

/** A new `jti`, `sid` or `sub`: 16 random bytes in base64url, drawn by the thousand. */
export function newIdentifier(): string {
  if (at === each) {
    pool = randomBytes(bytesEach * each);
    at = 0;
  }
  const start = bytesEach * at++;
  return pool.toString("base64url", start, start + bytesEach);
}

let pool = Buffer.alloc(0);
let at = each;
