import type { JsonWebKey } from "node:crypto";
import { algorithms, type HmacAlgorithmName } from "../algorithms/algorithms.ts";
import { memberBytes } from "../algorithms/jwkMember.ts";
import { isHmacName, isKeyPairName } from "../algorithms/names.ts";
import { isJsonObject } from "../json/isJsonObject.ts";
import { hmacKey } from "./hmacKey.ts";
import { checkPurpose } from "./jwk.ts";
import type { HmacKey, SigningKey } from "./key.ts";
import { kidOf } from "./kidOf.ts";
import { privateKey } from "./privateKey.ts";

/**
 * The inverse of `exportSecretJwk`: a private or `oct` JWK, which must name its `alg`. Throws a TypeError for a public
 * or unsound key, and for ES256K, which only code may name.
 */
export function importSecretJwk(jwk: JsonWebKey): SigningKey {
  if (!isJsonObject(jwk)) throw new TypeError("importSecretJwk: expects a JWK");
  const { alg } = jwk;
  if (isKeyPairName(alg) && algorithms[alg].isOptIn) {
    throw new TypeError(`importSecretJwk: ${alg} is for those who name it; use privateKey(jwk, { alg: "${alg}" })`);
  }
  if (isHmacName(alg)) return secretKey(jwk, alg);
  if (isKeyPairName(alg)) return privateKey(jwk, { alg });
  throw new TypeError("importSecretJwk: the JWK must name an algorithm in alg");
}

function secretKey(jwk: JsonWebKey, alg: HmacAlgorithmName): HmacKey {
  if (jwk.kty !== algorithms[alg].kty) throw new TypeError(`importSecretJwk: ${alg} takes a key of type oct`);
  checkPurpose(jwk, alg, "sign");
  return hmacKey(memberBytes(jwk.k, "k"), { alg, kid: kidOf(jwk.kid) });
}
