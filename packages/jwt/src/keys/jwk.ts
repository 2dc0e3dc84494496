import type { JsonWebKey } from "node:crypto";
import type { KeyPairAlgorithm } from "../algorithms/algorithm.ts";
import { memberBytes } from "../algorithms/jwkMember.ts";

/**
 * Checks a JWK (RFC 7517 §4, RFC 7518 §6) for one use with one algorithm and returns only the members that make up the
 * key. Throws a TypeError when `kty`, `crv`, `alg`, `use` or `key_ops` say otherwise, when the key is not sound, or
 * when a public key comes with private members.
 */
export function checkedMembers(
  jwk: JsonWebKey,
  { row, alg, operation }: { row: KeyPairAlgorithm; alg: string; operation: "sign" | "verify" },
): JsonWebKey {
  checkPurpose(jwk, alg, operation);
  if (jwk.kty !== row.kty || (row.crv !== undefined && jwk.crv !== row.crv)) {
    throw new TypeError(`${alg} takes a key of type ${[row.kty, row.crv].filter(Boolean).join(" ")}`);
  }
  const isPrivate = operation === "sign";
  if (!isPrivate && hasPrivateMembers(jwk)) {
    throw new TypeError("the JWK has private members; a public key must not. Use publicKeyOf(privateKey(...))");
  }
  row.checkMembers(jwk);
  if (isPrivate) checkPrivateMembers(jwk, row);
  return pick(jwk, ["kty", ...row.publicMembers, ...(isPrivate ? row.privateMembers : [])]);
}

/** Whether a JWK carries a secret of any registered key type (RFC 7518 §6, RFC 9964). */
export const hasPrivateMembers = (jwk: JsonWebKey): boolean =>
  ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"].some((name) => Object.hasOwn(jwk, name));

/** Throws a TypeError unless `alg`, `use` and `key_ops`, where present, allow this use (RFC 7517 §4.2 to §4.4). */
export function checkPurpose(jwk: JsonWebKey, alg: string, operation: "sign" | "verify"): void {
  if (jwk.alg !== undefined && jwk.alg !== alg) throw new TypeError(`the JWK's alg is not ${alg}`);
  if (!allows(jwk, operation)) throw new TypeError(`the JWK's use or key_ops does not allow to ${operation}`);
}

/** Whether `use` and `key_ops`, where present, are well-formed and allow an operation. */
export function allows(jwk: JsonWebKey, operation: "sign" | "verify"): boolean {
  const { use, key_ops: operations } = jwk;
  if (use !== undefined && use !== "sig") return false;
  if (operations === undefined) return true;
  return Array.isArray(operations) && operations.includes(operation) && new Set(operations).size === operations.length;
}

function checkPrivateMembers(jwk: JsonWebKey, row: KeyPairAlgorithm): void {
  if (Object.hasOwn(jwk, "oth")) throw new TypeError("RSA keys of more than two primes are not supported");
  for (const name of row.privateMembers) memberBytes(jwk[name], name);
  row.checkSecretMembers?.(jwk);
}

const pick = (jwk: JsonWebKey, names: readonly string[]): JsonWebKey =>
  Object.fromEntries(names.map((name) => [name, jwk[name]]));
