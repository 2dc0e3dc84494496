import { createJudge, refused } from "@cardea/verifier/judge";
import { longestAccessTtlMs } from "../../revoke/revocation.ts";
import { freshly } from "./freshly.ts";
import type { SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";
import { grantSigned, judgeSigned, rememberedTokens } from "./signedTokens.ts";

/**
 * JWTs checked locally, beside a view of the revocation log in memory: an ended session is refused here at once, elsewhere within
 * the feed's latency. A view that could not be read for too long is read now, and if that fails too, no token is accepted.
 */
export function hybridMode(parts: ModeParts): SessionMode {
  const { keys, profile, feed, world } = parts;
  const judge = createJudge({
    keys: keys.verifying,
    issuer: profile.issuer,
    audience: profile.audience,
    revocation: feed.view,
    maxTtlSeconds: longestAccessTtlMs / 1000,
    cacheSize: rememberedTokens,
    now: world.now,
  });
  return {
    name: "hybrid",
    grant: grantSigned({ keys, profile, world }),
    check: async (token, { fresh = false } = {}) => {
      const verdict = (await feed.isFresh()) ? await judgeSigned(token, { judge, keys }) : refused("stale_view");
      return fresh ? freshly(verdict, parts) : verdict;
    },
  };
}
