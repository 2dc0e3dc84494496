import { describe } from "node:test";
import { exchangeConformance } from "./exchangeConformance.ts";
import { pairForms } from "./forms.ts";
import { startPeer } from "./peer.ts";
import { rubyJwt, whereInstalled } from "./programs.ts";

describe("ruby-jwt", () =>
  whereInstalled(rubyJwt, () =>
    exchangeConformance({
      start: () => startPeer(rubyJwt),
      // EdDSA is missing: ruby-jwt 2.5 needs the gem rbnacl for it, which Debian does not have.
      forms: {
        // Not as JWK: ruby-jwt before 3.0 takes and gives "k" as it is, without base64url.
        HS256: ["secret"],
        HS384: ["secret"],
        HS512: ["secret"],
        ...pairForms,
        // Not as JWK: ruby-jwt calls the curve P-256K; RFC 8812 section 3.1 says secp256k1.
        ES256K: ["pem"],
      },
      badSignature: "JWT::VerificationError",
      claimErrors: {
        expired: "JWT::ExpiredSignature",
        not_yet_valid: "JWT::ImmatureSignature",
        wrong_issuer: "JWT::InvalidIssuerError",
        wrong_audience: "JWT::InvalidAudError",
      },
    }),
  ));
