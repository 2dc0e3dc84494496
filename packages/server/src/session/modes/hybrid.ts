import { refused } from "@cardea/verifier/judge";
import { freshly } from "./freshly.ts";
import type { SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";
import { createOwnJudge, grantSigned, judgeSigned } from "./signedTokens.ts";

/**
 * JWTs checked locally, beside a view of the revocation log in memory: an ended session is refused here at once, elsewhere within
 * the feed's latency. A view that could not be read for too long is read now, and if that fails too, no token is accepted.
 */
export function hybridMode(parts: ModeParts): SessionMode {
  const { keys, profile, feed, world } = parts;
  const judge = createOwnJudge(parts, feed.view);
  return {
    name: "hybrid",
    grant: grantSigned({ keys, profile, world }),
    check: async (token, { fresh = false } = {}) => {
      const verdict = (await feed.isFresh()) ? await judgeSigned(token, { judge, keys }) : refused("stale_view");
      return fresh ? freshly(verdict, parts) : verdict;
    },
  };
}
