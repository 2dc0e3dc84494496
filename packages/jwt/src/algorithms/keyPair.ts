import type { JsonWebKey, KeyObject } from "node:crypto";
import type { AsyncSigner, SignatureCheck, Signer } from "./signature.ts";

/** What it takes to verify with the public key of a pair. */
export type Verification = {
  /** The members of a public JWK beside `kty`. */
  readonly members: readonly string[];
  /** Throws a TypeError unless the members of a JWK are a sound key of this algorithm. */
  readonly checkMembers: (jwk: JsonWebKey) => void;
  readonly verifier: (key: KeyObject) => SignatureCheck;
};

/** What it takes to sign with the private key of a pair. */
export type Signing = {
  /** The members that a private JWK has beside the public ones. */
  readonly members: readonly string[];
  /** Throws a TypeError unless the secret members are sound; left out where node:crypto sees to it. */
  readonly checkMembers?: (jwk: JsonWebKey) => void;
  readonly signer: (key: KeyObject) => Signer;
  readonly asyncSigner: (key: KeyObject) => AsyncSigner;
  /** A new private key; `modulusLength` in bits is for RSA alone. */
  readonly generate: (modulusLength: number) => KeyObject;
};
