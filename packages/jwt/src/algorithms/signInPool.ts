import { Buffer } from "node:buffer";
import { type KeyObject, type SignKeyObjectInput, sign } from "node:crypto";

/** `crypto.sign` in the thread pool, as a promise. */
export function signInPool(hash: string | null, input: string, key: KeyObject | SignKeyObjectInput): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign(hash, Buffer.from(input, "latin1"), key, (error, signature) => (error ? reject(error) : resolve(signature)));
  });
}
