import { describe } from "node:test";
import { exchangeConformance } from "./exchangeConformance.ts";
import { josePeer } from "./joseCommand.ts";
import { joseCommand, whereInstalled } from "./programs.ts";

describe("the jose command", () =>
  whereInstalled(joseCommand, () =>
    exchangeConformance({
      start: () => josePeer,
      // EdDSA and ES256K are missing: jose 11 has neither.
      forms: {
        HS256: ["jwk"],
        HS384: ["jwk"],
        HS512: ["jwk"],
        RS256: ["jwk"],
        RS384: ["jwk"],
        RS512: ["jwk"],
        PS256: ["jwk"],
        PS384: ["jwk"],
        PS512: ["jwk"],
        ES256: ["jwk"],
        ES384: ["jwk"],
        ES512: ["jwk"],
      },
      badSignature: "Signature validation failed!",
      // It reads no claims.
      claimErrors: {},
    }),
  ));
