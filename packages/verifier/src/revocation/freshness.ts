import { unchecked } from "@cardea/jwt";
import type { Explanation } from "../explanation.ts";
import type { VerifierConfig, WhenStale } from "../options.ts";
import { createTokenBucket } from "../tokenBucket.ts";
import { type Accepted, refused, type Verdict } from "../verdict.ts";
import { createDecisionCounter } from "./decisions.ts";
import type { RevocationFollower } from "./followRevocations.ts";
import type { Lease } from "./lease.ts";
import type { RevocationStatus } from "./status.ts";

/** The staleness contract, applied to tokens that are good as far as the view knows. */
export type Freshness = {
  /** Lets the verdict stand while the view is live; after that, only if `whenStale` is "allow". */
  readonly judge: (accepted: Accepted, whenStale: WhenStale) => Verdict;
  /** Counts what was decided in the end, after the issuer was asked if `whenStale` says so. */
  readonly count: (verdict: Verdict, whenStale: WhenStale) => void;
  /** Waits a moment for a position (`<epoch>:<pos>`) if it is beyond the view; true if it did, so that the token must be judged again. */
  readonly reach: (position: string) => Promise<boolean>;
  /** Adds the last step to an explanation in favour of a token. */
  readonly explain: (explanation: Explanation, whenStale: WhenStale) => Explanation;
  readonly status: () => RevocationStatus;
};

/** Without a follower revocation is unchecked, and every verdict stands. */
export function createFreshness(
  { revocation, world }: Pick<VerifierConfig, "revocation" | "world">,
  follower: RevocationFollower | undefined,
): Freshness {
  if (follower === undefined || revocation === unchecked) return withoutView;
  const { view, lease, status, reach } = follower;
  const pokes = createTokenBucket({ capacity: 1, refillMs: 100, monotonic: world.monotonic });
  const decisions = createDecisionCounter();

  const judge = (accepted: Accepted, whenStale: WhenStale): Verdict => {
    // A signed position beyond ours proves that the view is behind, before the next poll would show it.
    if ((accepted.claims.rvp ?? 0) > view.position && pokes.take()) lease.poke();
    const { live, stalenessMs } = lease.read();
    return live || whenStale === "allow" ? { ...accepted, stalenessMs } : refused("stale_view");
  };

  const explain = (explanation: Explanation, whenStale: WhenStale): Explanation => {
    const { ok, why } = explainLease(lease.read(), whenStale);
    const steps = [...explanation.steps, { step: "freshness", ok, why, lookedUp: "memory", micros: 0 } as const];
    return ok ? { ok, steps } : { ok, steps, refusal: refused("stale_view").refusal };
  };

  return {
    judge,
    count: (verdict, whenStale) => decisions.count(verdict, { live: lease.read().live, whenStale }),
    reach,
    explain,
    status: () => ({ ...status(), decisions: decisions.read() }),
  };
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
  gaps: 0,
  repairs: 0,
  resyncs: 0,
  positionWaits: { reached: 0, missed: 0 },
  decisions: createDecisionCounter().read(),
  fault: undefined,
};

const withoutView: Freshness = {
  judge: (accepted) => accepted,
  count: () => {},
  reach: async () => false,
  explain: (explanation) => explanation,
  status: () => off,
};
