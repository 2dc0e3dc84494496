import { createJudge, refused } from "@cardea/verifier/judge";
import { longestAccessTtlMs } from "../../revoke/revocation.ts";
import type { SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";
import { grantSigned } from "./signedTokens.ts";

/**
 * JWTs checked locally, beside a view of the revocation log in memory: an ended session is refused here at once, elsewhere within
 * the feed's latency. A view that could not be read for too long is read now, and if that fails too, no token is accepted.
 */
export function hybridMode({ keys, profile, feed, world }: ModeParts): SessionMode {
  const judge = createJudge({
    keys: keys.verifying,
    issuer: profile.issuer,
    audience: profile.audience,
    revocation: feed.view,
    maxTtlSeconds: longestAccessTtlMs / 1000,
    now: world.now,
  });
  return {
    name: "hybrid",
    grant: grantSigned({ keys, profile, world }),
    check: async (token) => ((await feed.isFresh()) ? judge.verify(token) : refused("stale_view")),
  };
}
