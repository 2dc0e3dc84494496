import type { KeyPairAlgorithmName } from "./algorithms.ts";
import { p256, p384, p521, secp256k1 } from "./curve.ts";
import { verifyEcdsa } from "./ecdsaVerification.ts";
import { verifyEd25519 } from "./ed25519.ts";
import type { Verification } from "./keyPair.ts";
import { verifyMlDsa } from "./mlDsa.ts";
import { verifyRsa } from "./rsaVerification.ts";

/** How each algorithm with a pair of keys verifies. */
export const verification: Readonly<Record<KeyPairAlgorithmName, Verification>> = {
  RS256: verifyRsa("sha256"),
  RS384: verifyRsa("sha384"),
  RS512: verifyRsa("sha512"),
  PS256: verifyRsa("sha256", 32),
  PS384: verifyRsa("sha384", 48),
  PS512: verifyRsa("sha512", 64),
  ES256: verifyEcdsa("sha256", p256),
  ES384: verifyEcdsa("sha384", p384),
  ES512: verifyEcdsa("sha512", p521),
  EdDSA: verifyEd25519,
  Ed25519: verifyEd25519,
  ES256K: verifyEcdsa("sha256", secp256k1),
  "ML-DSA-44": verifyMlDsa(1312, 2420),
  "ML-DSA-65": verifyMlDsa(1952, 3309),
  "ML-DSA-87": verifyMlDsa(2592, 4627),
};
