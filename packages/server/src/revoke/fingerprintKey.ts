import { createHmac } from "node:crypto";
import { fingerprintKeyOf, type NamedKey } from "@cardea/verifier/wire";

/** The key under which the revocations of an epoch are hashed. */
export type FingerprintKeys = (epoch: string) => NamedKey;

/**
 * A key for each epoch, out of a secret that all issuers of one store have: each finds the same one by itself (HMAC-SHA-256, RFC 2104).
 * Whoever lacks the secret cannot make identifiers whose fingerprints collide. Its name is another part of the same output, so it says nothing of it.
 */
export function createFingerprintKeys(secret: Uint8Array): FingerprintKeys {
  let last: { readonly epoch: string; readonly key: NamedKey } | undefined;
  return (epoch) => {
    if (last?.epoch === epoch) return last.key;
    const bytes = createHmac("sha256", secret).update(epoch).digest();
    const key = { id: bytes.subarray(8, 17).toString("base64url"), key: fingerprintKeyOf(bytes) };
    last = { epoch, key };
    return key;
  };
}
