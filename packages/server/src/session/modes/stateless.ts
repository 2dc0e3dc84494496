import { unchecked } from "@cardea/jwt";
import { createJudge } from "@cardea/verifier/judge";
import { longestAccessTtlMs } from "../../revoke/revocation.ts";
import { freshly } from "./freshly.ts";
import type { SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";
import { grantSigned, judgeSigned, rememberedTokens } from "./signedTokens.ts";

/** JWTs, and nothing is looked up: an access token is valid until it expires, also after its session ended. */
export function statelessMode(parts: ModeParts): SessionMode {
  const { keys, profile, world } = parts;
  const judge = createJudge({
    keys: keys.verifying,
    issuer: profile.issuer,
    audience: profile.audience,
    revocation: unchecked,
    maxTtlSeconds: longestAccessTtlMs / 1000,
    cacheSize: rememberedTokens,
    now: world.now,
  });
  return {
    name: "stateless",
    grant: grantSigned({ keys, profile, world }),
    check: async (token, { fresh = false } = {}) => {
      const verdict = await judgeSigned(token, { judge, keys });
      return fresh ? freshly(verdict, parts) : verdict;
    },
  };
}
