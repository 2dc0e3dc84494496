import { createPublicKey } from "node:crypto";
import type { KeyPairAlgorithmName } from "../algorithms/algorithm.ts";
import { checkedMembers } from "./jwk.ts";
import { Key, type PublicKey } from "./key.ts";
import { jwkFromInput, type KeyInput } from "./keyInput.ts";
import { type KeyOptions, keyPairAlgorithm } from "./keyOptions.ts";
import { kidOf } from "./kidOf.ts";

/**
 * A key to verify with, for exactly one algorithm. Takes PEM (`PUBLIC KEY`, `RSA PUBLIC KEY`), SPKI bytes, a public JWK
 * or a public KeyObject. Without `kid` the JWK's own is used. Throws a TypeError for any key that is private, of
 * another type or curve, or weak.
 */
export function publicKey(input: KeyInput, options: KeyOptions<KeyPairAlgorithmName>): PublicKey {
  const row = keyPairAlgorithm("publicKey", options);
  const { alg } = options;
  const jwk = jwkFromInput(input, "public");
  const members = checkedMembers(jwk, { row, alg, operation: "verify" });
  const keyObject = createPublicKey({ format: "jwk", key: members });
  return new Key("public", alg, options.kid ?? kidOf(jwk.kid), { check: row.verifier(keyObject), keyObject });
}
