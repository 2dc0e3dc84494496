import type { Exchange } from "./exchangeConformance.ts";

/** Key pairs of the classic algorithms, which every peer reads as PEM and as JWK. */
export const pairForms: Exchange["forms"] = {
  RS256: ["pem", "jwk"],
  RS384: ["pem", "jwk"],
  RS512: ["pem", "jwk"],
  PS256: ["pem", "jwk"],
  PS384: ["pem", "jwk"],
  PS512: ["pem", "jwk"],
  ES256: ["pem", "jwk"],
  ES384: ["pem", "jwk"],
  ES512: ["pem", "jwk"],
};

/** Every algorithm, in every form. */
export const everyForm: Exchange["forms"] = {
  HS256: ["secret", "jwk"],
  HS384: ["secret", "jwk"],
  HS512: ["secret", "jwk"],
  ...pairForms,
  ES256K: ["pem", "jwk"],
  EdDSA: ["pem", "jwk"],
};
