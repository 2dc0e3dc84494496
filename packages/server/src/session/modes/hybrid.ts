import { createJudge } from "@cardea/verifier/judge";
import { sessionRevocation } from "../../revoke/revocation.ts";
import type { SessionMode } from "./mode.ts";
import { leewayMs, type ModeParts } from "./parts.ts";
import { grantSigned } from "./signedTokens.ts";

/** JWTs checked locally, beside a view of the revocation log in memory: an ended session is refused here at once, elsewhere within the feed's latency. */
export function hybridMode({ keys, profile, feed, world }: ModeParts): SessionMode {
  const judge = createJudge({
    keys: keys.verifying,
    issuer: profile.issuer,
    audience: profile.audience,
    revocation: feed.view,
    now: world.now,
  });
  return {
    name: "hybrid",
    grant: grantSigned({ keys, profile, world }),
    check: async (token) => judge.verify(token),
    ending: (sessionId) => sessionRevocation(sessionId, world.now(), { maxAccessTtlMs: profile.ttlMs, leewayMs }),
    settled: async () => {
      await feed.pull();
    },
  };
}
