import type { JsonWebKey } from "node:crypto";
import { type AlgorithmName, algorithms, type KeyPairAlgorithmName } from "../algorithms/algorithms.ts";
import { algorithmNames, isAlgorithmName, isAvailable, isKeyPairName } from "../algorithms/names.ts";
import { isJsonObject } from "../json/isJsonObject.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { allows, hasPrivateMembers } from "./jwk.ts";
import type { PublicKey } from "./key.ts";
import { availableName } from "./keyOptions.ts";
import { type KeySet, keySet } from "./keySet.ts";
import { publicKeyFromJwk } from "./publicKeyFromJwk.ts";

/** `allow`: the algorithms to take keys for; unless given, all with key pairs that the runtime has, but for ES256K. */
export type KeySetFromJwksOptions = { readonly allow?: readonly AlgorithmName[] };

/**
 * The public keys of a JWK set (RFC 7517 §5). Skips what it must: key types, curves and algorithms it does not know or
 * that are not in `allow`, keys for encryption, and RSA keys whose algorithm neither they nor `allow` fix. Throws a
 * TypeError for secrets in the set, weak or malformed keys, two keys with one `kid`, and more than 100 keys.
 */
export function keySetFromJwks(jwks: unknown, options: KeySetFromJwksOptions = {}): KeySet {
  const allowed = allowedNames(refuseUnknownOptions("keySetFromJwks", options, ["allow"]).allow);
  const members: unknown = isJsonObject(jwks) ? jwks.keys : undefined;
  if (!Array.isArray(members)) throw new TypeError('keySetFromJwks: expects a JWK set, an object with an array "keys"');
  if (members.length > 100) throw new TypeError("keySetFromJwks: a set has at most 100 keys");
  return keySet(members.flatMap((jwk) => publicKeys(jwk, allowed)));
}

type Allowed = { readonly names: readonly KeyPairAlgorithmName[]; readonly isExplicit: boolean };

function allowedNames(allow: readonly AlgorithmName[] | undefined): Allowed {
  if (allow !== undefined && !(Array.isArray(allow) && allow.every(isAlgorithmName))) {
    throw new TypeError("keySetFromJwks: allow must be an array of names of algorithms");
  }
  allow?.forEach((alg) => void availableName("keySetFromJwks", alg));
  return { names: (allow ?? defaultNames()).filter(isKeyPairName), isExplicit: allow !== undefined };
}

const defaultNames = (): readonly AlgorithmName[] =>
  algorithmNames.filter((name) => !algorithms[name].isOptIn && isAvailable(name));

function publicKeys(jwk: unknown, allowed: Allowed): PublicKey[] {
  if (!isJsonObject(jwk)) throw new TypeError("keySetFromJwks: a member of the set is not an object");
  if (hasPrivateMembers(jwk))
    throw new TypeError("keySetFromJwks: the set holds a secret; secrets never come from a JWK set");
  const alg = allows(jwk, "verify") ? algorithmOf(jwk, allowed) : undefined;
  return alg === undefined ? [] : [publicKeyFromJwk(jwk, { alg })];
}

/** By `alg`; else by the curve, where it decides; else by `allow`, where it leaves no choice. */
function algorithmOf(jwk: JsonWebKey, { names, isExplicit }: Allowed): KeyPairAlgorithmName | undefined {
  const fitting = names.filter((name) => algorithms[name].kty === jwk.kty && fitsCurve(algorithms[name].crv, jwk.crv));
  if (jwk.alg !== undefined) return fitting.find((name) => name === jwk.alg);
  const [first, second] = fitting;
  if (first === undefined) return undefined;
  return algorithms[first].crv !== undefined || (isExplicit && second === undefined) ? first : undefined;
}

const fitsCurve = (expected: string | undefined, given: unknown): boolean =>
  expected === undefined || expected === given;
