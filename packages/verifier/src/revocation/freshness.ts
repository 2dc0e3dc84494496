import { unchecked } from "@cardea/jwt";
import type { Explanation } from "../explanation.ts";
import type { VerifierConfig, WhenStale } from "../options.ts";
import { createTokenBucket } from "../tokenBucket.ts";
import { type Accepted, refused, type Verdict } from "../verdict.ts";
import type { RevocationFollower, RevocationStatus } from "./followRevocations.ts";
import type { Lease } from "./lease.ts";

/** The staleness contract, applied to tokens that are good as far as the view knows. */
export type Freshness = {
  /** Lets the verdict stand while the view is live; after that `whenStale` decides, by default the verifier's own. */
  readonly judge: (accepted: Accepted, whenStale?: WhenStale) => Verdict;
  /** Adds the last step to an explanation in favour of a token, by the verifier's own `whenStale`. */
  readonly explain: (explanation: Explanation) => Explanation;
  readonly status: () => RevocationStatus;
};

/** Without a follower revocation is unchecked, and every verdict stands. */
export function createFreshness(
  { revocation, world }: Pick<VerifierConfig, "revocation" | "world">,
  follower: RevocationFollower | undefined,
): Freshness {
  if (follower === undefined || revocation === unchecked) {
    return { judge: (accepted) => accepted, explain: (explanation) => explanation, status: () => off };
  }
  const { view, lease, status } = follower;
  const pokes = createTokenBucket({ capacity: 1, refillMs: 100, monotonic: world.monotonic });
  let allowedWhileStale = 0;

  const judge = (accepted: Accepted, whenStale: WhenStale = revocation.whenStale): Verdict => {
    // A signed position beyond ours proves that the view is behind, before the next poll would show it.
    if ((accepted.claims.rvp ?? 0) > view.position && pokes.take()) lease.poke();
    const { live, stalenessMs } = lease.read();
    if (!live && whenStale === "deny") return refused("stale_view");
    if (!live) allowedWhileStale += 1;
    return { ...accepted, stalenessMs };
  };

  const explain = (explanation: Explanation): Explanation => {
    const { ok, why } = explainLease(lease.read(), revocation.whenStale);
    const steps = [...explanation.steps, { step: "freshness", ok, why, lookedUp: "memory", micros: 0 } as const];
    return ok ? { ok, steps } : { ok, steps, refusal: refused("stale_view").refusal };
  };
  return { judge, explain, status: () => ({ ...status(), allowedWhileStale }) };
}

function explainLease({ live, stalenessMs }: ReturnType<Lease["read"]>, whenStale: WhenStale) {
  if (live) return { ok: true, why: `confirmed ${Math.round(stalenessMs)} ms ago` };
  const why = "nothing confirmed within maxStaleness";
  return whenStale === "allow" ? { ok: true, why: `${why}, and whenStale is "allow"` } : { ok: false, why };
}

const off: RevocationStatus = {
  state: "off",
  stalenessMs: 0,
  epoch: undefined,
  position: 0,
  entries: 0,
  reconnects: 0,
  allowedWhileStale: 0,
  fault: undefined,
};
