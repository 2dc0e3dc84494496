import type { Buffer } from "node:buffer";
import crypto, { createPrivateKey, type KeyObject } from "node:crypto";

/** A new pair in DER, with the overloads of node:crypto taken off. */
type Generate = (type: string, options: object) => { readonly privateKey: Buffer };

/**
 * A new private key of a type. It comes out of its generation as bytes: Node 20 stands still for ever when a garbage
 * collection takes the generation's own object just while its key is exported, as both hold the key's lock.
 */
export function newPrivateKey(type: string, options: object = {}): KeyObject {
  const generate = crypto.generateKeyPairSync as unknown as Generate;
  const { privateKey } = generate(type, {
    ...options,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  });
  const key = createPrivateKey({ key: privateKey, format: "der", type: "pkcs8" });
  privateKey.fill(0);
  return key;
}
