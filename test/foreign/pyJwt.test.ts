import { describe } from "node:test";
import { exchangeConformance } from "./exchangeConformance.ts";
import { everyForm } from "./forms.ts";
import { startPeer } from "./peer.ts";
import { pyJwt, whereInstalled } from "./programs.ts";

describe("PyJWT", () =>
  whereInstalled(pyJwt, () =>
    exchangeConformance({
      start: () => startPeer(pyJwt),
      forms: everyForm,
      badSignature: "InvalidSignatureError",
      claimErrors: {
        expired: "ExpiredSignatureError",
        not_yet_valid: "ImmatureSignatureError",
        wrong_issuer: "InvalidIssuerError",
        wrong_audience: "InvalidAudienceError",
      },
    }),
  ));
