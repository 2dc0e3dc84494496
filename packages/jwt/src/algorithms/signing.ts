import type { KeyPairAlgorithmName } from "./algorithms.ts";
import { p256, p384, p521, secp256k1 } from "./curve.ts";
import { signEcdsa } from "./ecdsaSigning.ts";
import { signEd25519 } from "./ed25519.ts";
import type { Signing } from "./keyPair.ts";
import { signMlDsa } from "./mlDsa.ts";
import { signRsa } from "./rsaSigning.ts";

/** How each algorithm with a pair of keys signs. */
export const signing: Readonly<Record<KeyPairAlgorithmName, Signing>> = {
  RS256: signRsa("sha256"),
  RS384: signRsa("sha384"),
  RS512: signRsa("sha512"),
  PS256: signRsa("sha256", 32),
  PS384: signRsa("sha384", 48),
  PS512: signRsa("sha512", 64),
  ES256: signEcdsa("sha256", p256),
  ES384: signEcdsa("sha384", p384),
  ES512: signEcdsa("sha512", p521),
  EdDSA: signEd25519,
  Ed25519: signEd25519,
  ES256K: signEcdsa("sha256", secp256k1),
  "ML-DSA-44": signMlDsa("ml-dsa-44"),
  "ML-DSA-65": signMlDsa("ml-dsa-65"),
  "ML-DSA-87": signMlDsa("ml-dsa-87"),
};
