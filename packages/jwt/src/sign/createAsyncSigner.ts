import { isKeyPairName } from "../algorithms/names.ts";
import type { AsyncSigner } from "../algorithms/signature.ts";
import { signing } from "../algorithms/signing.ts";
import { Key, type SigningKey } from "../keys/key.ts";
import { payloadSegment, type SignerOptions, signingHead } from "./createSigner.ts";

/**
 * As `createSigner`, with the signature made in the thread pool: an RSA signature takes so long that a server which
 * makes many would do nothing else meanwhile. An HMAC is made at once. Throws a TypeError as `createSigner` does; the
 * promise is rejected with one for claims that no verifier would take.
 */
export function createAsyncSigner(options: SignerOptions): (claims: object) => Promise<string> {
  const head = signingHead("createAsyncSigner", options);
  const sign = asyncSignerOf(options.key);
  return async (claims) => {
    const body = payloadSegment(claims);
    return `${head}${body}.${await sign(head, body)}`;
  };
}

function asyncSignerOf(key: SigningKey): AsyncSigner {
  const { sign, keyObject } = Key.materialOf<SigningKey["kind"]>(key);
  return isKeyPairName(key.alg) ? signing[key.alg].asyncSigner(keyObject) : async (head, body) => sign(head, body);
}
