import { describe } from "node:test";
import { exchangeConformance } from "./exchangeConformance.ts";
import { startPeer } from "./peer.ts";
import { cryptJwt, whereInstalled } from "./programs.ts";

describe("Crypt::JWT", () =>
  whereInstalled(cryptJwt, () =>
    exchangeConformance({
      start: () => startPeer(cryptJwt),
      forms: {
        HS256: ["secret", "jwk"],
        HS384: ["secret", "jwk"],
        HS512: ["secret", "jwk"],
        RS256: ["pem", "jwk"],
        RS384: ["pem", "jwk"],
        RS512: ["pem", "jwk"],
        PS256: ["pem", "jwk"],
        PS384: ["pem", "jwk"],
        PS512: ["pem", "jwk"],
        ES256: ["pem", "jwk"],
        ES384: ["pem", "jwk"],
        ES512: ["pem", "jwk"],
        ES256K: ["pem", "jwk"],
        EdDSA: ["pem", "jwk"],
      },
      badSignature: "JWS: invalid signature",
      claimErrors: {
        expired: "JWT: exp claim check failed",
        not_yet_valid: "JWT: nbf claim check failed",
        wrong_issuer: "JWT: iss claim scalar check failed",
        wrong_audience: "JWT: aud claim scalar check failed",
      },
    }),
  ));
