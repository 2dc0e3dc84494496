import { createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { algorithms, type KeyPairAlgorithmName } from "../algorithms/algorithms.ts";
import { verification } from "../algorithms/verification.ts";
import { checkKind, hasPrivateMembers, pickMembers } from "./jwk.ts";
import { Key, type PublicKey } from "./key.ts";
import type { KeyOptions } from "./keyOptions.ts";
import { kidOf } from "./kidOf.ts";

/**
 * A key to verify with, of a public JWK (RFC 7517). Without `kid` the JWK's own is used. Throws a TypeError for a key
 * that is of another type or curve, weak, meant for something else, or comes with private members.
 */
export function publicKeyFromJwk(jwk: JsonWebKey, { alg, kid }: KeyOptions<KeyPairAlgorithmName>): PublicKey {
  checkKind(jwk, alg, "verify");
  if (hasPrivateMembers(jwk)) {
    throw new TypeError("the JWK has private members; a public key must not. Use publicKeyOf(privateKey(...))");
  }
  const keyObject = checkedPublicKey(jwk, alg);
  return new Key("public", alg, kid ?? kidOf(jwk.kid), { check: verification[alg].verifier(keyObject), keyObject });
}

/** Node's key of the public members of a JWK. Throws a TypeError unless they are a sound key of the algorithm. */
export function checkedPublicKey(jwk: JsonWebKey, alg: KeyPairAlgorithmName): KeyObject {
  const { checkMembers, members } = verification[alg];
  checkMembers(jwk);
  try {
    return createPublicKey({ format: "jwk", key: pickMembers(jwk, members) });
  } catch {
    throw new TypeError(`the key is not a point on ${algorithms[alg].crv ?? alg}`);
  }
}
