import { canGenerate } from "./canGenerate.ts";

/** The names of RFC 7518 §3.1 for a shared secret. */
export type HmacAlgorithmName = "HS256" | "HS384" | "HS512";

/** The names of RFC 7518 §3.1, RFC 8037 §3.1, RFC 8812 §3.2, RFC 9864 §2.2 and RFC 9964 §3 for a pair of keys. */
export type KeyPairAlgorithmName =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA"
  | "Ed25519"
  | "ES256K"
  | "ML-DSA-44"
  | "ML-DSA-65"
  | "ML-DSA-87";

/** Every `alg` this package can sign and verify. `none` is not one. */
export type AlgorithmName = HmacAlgorithmName | KeyPairAlgorithmName;

/** What a key of an algorithm is, and whether it may be used here. */
export type KeyType = {
  readonly kty: "oct" | "RSA" | "EC" | "OKP" | "AKP";
  /** The JWK's curve, where the algorithm fixes one. */
  readonly crv?: string;
  /** Used where the caller names it in code, and never because a JWK does. */
  readonly isOptIn?: boolean;
  /** Whether this runtime's node:crypto has it; left out where all have. */
  readonly isAvailable?: () => boolean;
};

/**
 * The table of algorithms (RFC 7518 §3.1, RFC 8037, RFC 8812, RFC 9864, RFC 9964). A new algorithm is a new row here
 * and in the table of each operation, which the compiler asks for; no other code compares a name. Operations have tables
 * of their own so that a bundle which only verifies holds no code that signs. It has no prototype, so `constructor` and
 * `__proto__` are in no table either, and neither is `none`.
 */
export const algorithms: Readonly<Record<AlgorithmName, KeyType>> = Object.freeze({
  __proto__: null,
  HS256: { kty: "oct" },
  HS384: { kty: "oct" },
  HS512: { kty: "oct" },
  RS256: { kty: "RSA" },
  RS384: { kty: "RSA" },
  RS512: { kty: "RSA" },
  PS256: { kty: "RSA" },
  PS384: { kty: "RSA" },
  PS512: { kty: "RSA" },
  ES256: { kty: "EC", crv: "P-256" },
  ES384: { kty: "EC", crv: "P-384" },
  ES512: { kty: "EC", crv: "P-521" },
  EdDSA: { kty: "OKP", crv: "Ed25519" },
  Ed25519: { kty: "OKP", crv: "Ed25519" },
  ES256K: { kty: "EC", crv: "secp256k1", isOptIn: true, isAvailable: () => canGenerate("ec", "secp256k1") },
  "ML-DSA-44": { kty: "AKP", isAvailable: () => canGenerate("ml-dsa-44") },
  "ML-DSA-65": { kty: "AKP", isAvailable: () => canGenerate("ml-dsa-65") },
  "ML-DSA-87": { kty: "AKP", isAvailable: () => canGenerate("ml-dsa-87") },
});
