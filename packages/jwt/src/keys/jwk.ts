import type { JsonWebKey } from "node:crypto";
import { algorithms, type KeyPairAlgorithmName } from "../algorithms/algorithms.ts";

/** Throws a TypeError unless a JWK (RFC 7517 §4) is of the type and curve of an algorithm and allows an operation. */
export function checkKind(jwk: JsonWebKey, alg: KeyPairAlgorithmName, operation: "sign" | "verify"): void {
  checkPurpose(jwk, alg, operation);
  const { kty, crv } = algorithms[alg];
  if (jwk.kty !== kty || (crv !== undefined && jwk.crv !== crv)) {
    throw new TypeError(`${alg} takes a key of type ${[kty, crv].filter(Boolean).join(" ")}`);
  }
}

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

/** Whether a JWK carries a secret of any registered key type (RFC 7518 §6, RFC 9964). */
export const hasPrivateMembers = (jwk: JsonWebKey): boolean =>
  ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"].some((name) => Object.hasOwn(jwk, name));

/** A JWK of nothing but its type and the named members, so that what is used is what was checked. */
export const pickMembers = (jwk: JsonWebKey, names: readonly string[]): JsonWebKey =>
  Object.fromEntries(["kty", ...names].map((name) => [name, jwk[name]]));
