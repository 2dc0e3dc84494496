import type { JsonWebKey, KeyObject } from "node:crypto";

/** The names of RFC 7518 §3.1 for a shared secret. */
export type HmacAlgorithmName = "HS256" | "HS384" | "HS512";

/** The names of RFC 7518 §3.1, RFC 8037 §3.1 and RFC 9864 §2.2 for a pair of keys. */
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
  | "Ed25519";

/** Every `alg` this package can sign and verify. `none` is not one. */
export type AlgorithmName = HmacAlgorithmName | KeyPairAlgorithmName;

/** Makes the signature segment of a signing input (`header.payload`, ASCII). */
export type Signer = (input: string) => string;

/** Whether a signature segment (canonical base64url) is right for a signing input; false on any other length. */
export type SignatureCheck = (input: string, signature: string) => boolean;

/** Everything about one algorithm with a shared secret. */
export type SymmetricAlgorithm = {
  readonly kty: "oct";
  /** The shortest secret: the length of the hash (RFC 7518 §3.2). */
  readonly secretBytes: number;
  readonly prepare: (secret: Uint8Array) => { readonly sign: Signer; readonly check: SignatureCheck };
};

/** Everything about one algorithm with a pair of keys. */
export type KeyPairAlgorithm = {
  readonly kty: "RSA" | "EC" | "OKP";
  /** The JWK's curve, where the algorithm fixes one. */
  readonly crv?: string;
  readonly publicMembers: readonly string[];
  readonly privateMembers: readonly string[];
  /** Throws a TypeError unless the members of a JWK are a sound key of this algorithm. */
  readonly checkMembers: (jwk: JsonWebKey) => void;
  /** The same for the secret ones, where node:crypto does not see to it. */
  readonly checkSecretMembers?: (jwk: JsonWebKey) => void;
  readonly signer: (key: KeyObject) => Signer;
  readonly verifier: (key: KeyObject) => SignatureCheck;
  readonly generate: (modulusLength: number) => KeyObject;
};

/** A row of the table of algorithms. */
export type Algorithm = SymmetricAlgorithm | KeyPairAlgorithm;
