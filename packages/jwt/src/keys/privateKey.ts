import { createPrivateKey, type JsonWebKey, type KeyObject } from "node:crypto";
import type { KeyPairAlgorithmName } from "../algorithms/algorithms.ts";
import { memberBytes } from "../algorithms/jwkMember.ts";
import type { Signer } from "../algorithms/signature.ts";
import { signing } from "../algorithms/signing.ts";
import { verification } from "../algorithms/verification.ts";
import { checkKind, pickMembers } from "./jwk.ts";
import { Key, type PrivateKey } from "./key.ts";
import { jwkFromInput, type KeyInput } from "./keyInput.ts";
import { checkKeyPairOptions, type KeyOptions } from "./keyOptions.ts";
import { kidOf } from "./kidOf.ts";
import { checkedPublicKey } from "./publicKeyFromJwk.ts";

/**
 * A key to sign with, for exactly one algorithm. Takes PEM (`PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`), PKCS#8
 * bytes, a private JWK or a private KeyObject. Without `kid` the JWK's own is used. Throws a TypeError for any key that
 * is of another type or curve, weak, or whose halves do not belong together, and for an algorithm that the runtime does
 * not have.
 */
export function privateKey(input: KeyInput, options: KeyOptions<KeyPairAlgorithmName>): PrivateKey {
  checkKeyPairOptions("privateKey", options);
  const { alg, kid } = options;
  const jwk = jwkFromInput(input, "private");
  checkKind(jwk, alg, "sign");
  const publicHalf = checkedPublicKey(jwk, alg);
  checkSecretMembers(jwk, alg);
  const keyObject = checkedPrivateKey(jwk, alg);
  const sign = signing[alg].signer(keyObject);
  if (!signsFor(publicHalf, sign, alg)) throw new TypeError("privateKey: the two halves of the key differ");
  return new Key("private", alg, kid ?? kidOf(jwk.kid), { sign, keyObject });
}

function checkSecretMembers(jwk: JsonWebKey, alg: KeyPairAlgorithmName): void {
  const { members, checkMembers } = signing[alg];
  if (Object.hasOwn(jwk, "oth")) throw new TypeError("RSA keys of more than two primes are not supported");
  for (const name of members) memberBytes(jwk[name], name);
  checkMembers?.(jwk);
}

/** The parser's own message could quote the key. */
function checkedPrivateKey(jwk: JsonWebKey, alg: KeyPairAlgorithmName): KeyObject {
  const members = [...verification[alg].members, ...signing[alg].members];
  try {
    return createPrivateKey({ format: "jwk", key: pickMembers(jwk, members) });
  } catch {
    throw new TypeError("privateKey: the numbers of the key do not fit together");
  }
}

/** The public half is from the JWK's public members, so that this trial tells whether they belong to the private ones. */
function signsFor(publicHalf: KeyObject, sign: Signer, alg: KeyPairAlgorithmName): boolean {
  try {
    return verification[alg].verifier(publicHalf)(`self-test.${sign("self-", "test")}`, "self-test".length);
  } catch {
    return false;
  }
}
