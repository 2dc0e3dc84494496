import { hkdfSync } from "node:crypto";

/** A secret for one use out of a key-encryption secret (HKDF-SHA-256, RFC 5869); nobody gets from it to another one, or back. 32 bytes. */
export const derivedSecret = (secret: Uint8Array, use: string): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(0), `cardea ${use} v1`, 32));
