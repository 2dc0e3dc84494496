import type { KeyObject } from "node:crypto";
import type { AlgorithmName } from "../algorithms/algorithms.ts";
import type { SignatureCheck, Signer } from "../algorithms/signature.ts";

/** What lies inside a key, by kind. */
export type KeyMaterial = {
  readonly hmac: { readonly sign: Signer; readonly check: SignatureCheck; readonly keyObject: KeyObject };
  readonly private: { readonly sign: Signer; readonly keyObject: KeyObject };
  readonly public: { readonly check: SignatureCheck; readonly keyObject: KeyObject };
};

/** Which of the three a key is; it is decided by the constructor that made it and never guessed. */
export type KeyKind = keyof KeyMaterial;

/**
 * A key with exactly one algorithm and a kind. A class, because a private field is the one thing that cannot be
 * printed, copied or made up: what holds no `#material` is no key.
 */
export class Key<Kind extends KeyKind> {
  readonly kind: Kind;
  readonly alg: AlgorithmName;
  readonly kid: string | undefined;
  readonly #material: KeyMaterial[Kind];

  constructor(kind: Kind, alg: AlgorithmName, kid: string | undefined, material: KeyMaterial[Kind]) {
    this.kind = kind;
    this.alg = alg;
    this.kid = kid;
    this.#material = material;
    Object.freeze(this);
  }

  static materialOf<Kind extends KeyKind>(key: Key<Kind>): KeyMaterial[Kind] {
    return key.#material;
  }

  static isKey(value: unknown): value is SigningKey | VerificationKey {
    return typeof value === "object" && value !== null && #material in value;
  }

  static isSigningKey(value: unknown): value is SigningKey {
    return Key.isKey(value) && value.kind !== "public";
  }

  static isVerificationKey(value: unknown): value is VerificationKey {
    return Key.isKey(value) && value.kind !== "private";
  }
}

/** A shared secret: signs and verifies. */
export type HmacKey = Key<"hmac">;

/** The private half of a pair: signs. */
export type PrivateKey = Key<"private">;

/** The public half of a pair: verifies. */
export type PublicKey = Key<"public">;

/** Whatever `sign` takes. */
export type SigningKey = HmacKey | PrivateKey;

/** Whatever `verify` takes. */
export type VerificationKey = HmacKey | PublicKey;
