import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import type { KeyPairAlgorithm, KeyPairAlgorithmName, Signer } from "../algorithms/algorithm.ts";
import { checkedMembers } from "./jwk.ts";
import { Key, type PrivateKey } from "./key.ts";
import { jwkFromInput, type KeyInput } from "./keyInput.ts";
import { type KeyOptions, keyPairAlgorithm } from "./keyOptions.ts";
import { kidOf } from "./kidOf.ts";

/**
 * A key to sign with, for exactly one algorithm. Takes PEM (`PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`), PKCS#8
 * bytes, a private JWK or a private KeyObject. Without `kid` the JWK's own is used. Throws a TypeError for any key that
 * is of another type or curve, weak, or whose halves do not belong together.
 */
export function privateKey(input: KeyInput, options: KeyOptions<KeyPairAlgorithmName>): PrivateKey {
  const row = keyPairAlgorithm("privateKey", options);
  const { alg } = options;
  const jwk = jwkFromInput(input, "private");
  const keyObject = privateKeyObject(checkedMembers(jwk, { row, alg, operation: "sign" }));
  const sign = row.signer(keyObject);
  if (!signsFor(publicHalf(jwk, row), sign, row)) throw new TypeError("privateKey: the two halves of the key differ");
  return new Key("private", alg, options.kid ?? kidOf(jwk.kid), { sign, keyObject });
}

/** The parser's own message could quote the key. */
function privateKeyObject(members: JsonWebKey): KeyObject {
  try {
    return createPrivateKey({ format: "jwk", key: members });
  } catch {
    throw new TypeError("privateKey: the numbers of the key do not fit together");
  }
}

/** From the JWK's public members, so that the trial below tells whether they belong to the private ones. */
const publicHalf = (jwk: JsonWebKey, row: KeyPairAlgorithm): KeyObject =>
  createPublicKey({
    format: "jwk",
    key: Object.fromEntries(["kty", ...row.publicMembers].map((name) => [name, jwk[name]])),
  });

function signsFor(publicHalf: KeyObject, sign: Signer, row: KeyPairAlgorithm): boolean {
  try {
    return row.verifier(publicHalf)("self-test", sign("self-test"));
  } catch {
    return false;
  }
}
