import type { KeyPairAlgorithmName } from "../algorithms/algorithms.ts";
import type { PublicKey } from "./key.ts";
import { jwkFromInput, type KeyInput } from "./keyInput.ts";
import { checkKeyPairOptions, type KeyOptions } from "./keyOptions.ts";
import { publicKeyFromJwk } from "./publicKeyFromJwk.ts";

/**
 * A key to verify with, for exactly one algorithm. Takes PEM (`PUBLIC KEY`, `RSA PUBLIC KEY`), SPKI bytes, a public JWK
 * or a public KeyObject. Without `kid` the JWK's own is used. Throws a TypeError for any key that is private, of
 * another type or curve, or weak, and for an algorithm that the runtime does not have.
 */
export function publicKey(input: KeyInput, options: KeyOptions<KeyPairAlgorithmName>): PublicKey {
  checkKeyPairOptions("publicKey", options);
  return publicKeyFromJwk(jwkFromInput(input, "public"), options);
}
