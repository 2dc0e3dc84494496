import { describe } from "node:test";
import { exchangeConformance } from "./exchangeConformance.ts";
import { startPeer } from "./peer.ts";
import { pyJwt, whereInstalled } from "./programs.ts";

describe("PyJWT", () =>
  whereInstalled(pyJwt, () =>
    exchangeConformance({
      start: () => startPeer(pyJwt),
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
      badSignature: "InvalidSignatureError",
      claimErrors: {
        expired: "ExpiredSignatureError",
        not_yet_valid: "ImmatureSignatureError",
        wrong_issuer: "InvalidIssuerError",
        wrong_audience: "InvalidAudienceError",
      },
    }),
  ));
