/** One question and what this runtime answered. */
export type Row = {
  readonly id: string;
  /** The algorithms that it takes, some of which a runtime may lack. */
  readonly about: readonly Name[];
  readonly verdict: string;
  /** Whether it is the answer that is due; left out where only its being the same everywhere is asked. */
  readonly isRight?: boolean;
};

/** Every algorithm of the package, by the name of its key in keys.json. */
export const algorithms = {
  HS256: "secret",
  HS384: "secret",
  HS512: "secret",
  RS256: "RSA",
  RS384: "RSA",
  RS512: "RSA",
  PS256: "RSA",
  PS384: "RSA",
  PS512: "RSA",
  ES256: "P-256",
  ES384: "P-384",
  ES512: "P-521",
  EdDSA: "Ed25519",
  Ed25519: "Ed25519",
  ES256K: "secp256k1",
  "ML-DSA-44": "ML-DSA-44",
  "ML-DSA-65": "ML-DSA-65",
  "ML-DSA-87": "ML-DSA-87",
} as const;

/** The name of one of them. */
export type Name = keyof typeof algorithms;

/** All of the names. */
export const names = Object.keys(algorithms) as readonly Name[];

/** The answer of something that may throw: its text, or the kind of error and what it says. */
export function answerOf(ask: () => string): string {
  try {
    return ask();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : `threw ${typeof error}`;
  }
}
