import { describe } from "node:test";
import { exchangeConformance } from "./exchangeConformance.ts";
import { everyForm } from "./forms.ts";
import { startPeer } from "./peer.ts";
import { cryptJwt, whereInstalled } from "./programs.ts";

describe("Crypt::JWT", () =>
  whereInstalled(cryptJwt, () =>
    exchangeConformance({
      start: () => startPeer(cryptJwt),
      forms: everyForm,
      badSignature: "JWS: invalid signature",
      claimErrors: {
        expired: "JWT: exp claim check failed",
        not_yet_valid: "JWT: nbf claim check failed",
        wrong_issuer: "JWT: iss claim scalar check failed",
        wrong_audience: "JWT: aud claim scalar check failed",
      },
    }),
  ));
