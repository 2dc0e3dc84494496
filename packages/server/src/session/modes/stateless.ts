import { unchecked } from "@cardea/jwt";
import { createJudge } from "@cardea/verifier/judge";
import { longestAccessTtlMs } from "../../revoke/revocation.ts";
import type { SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";
import { grantSigned } from "./signedTokens.ts";

/** JWTs, and nothing is looked up: an access token is valid until it expires, also after its session ended. */
export function statelessMode({ keys, profile, world }: ModeParts): SessionMode {
  const judge = createJudge({
    keys: keys.verifying,
    issuer: profile.issuer,
    audience: profile.audience,
    revocation: unchecked,
    maxTtlSeconds: longestAccessTtlMs / 1000,
    now: world.now,
  });
  return {
    name: "stateless",
    grant: grantSigned({ keys, profile, world }),
    check: async (token) => judge.verify(token),
  };
}
