import type { RevocationFollower } from "./revocation/followRevocations.ts";
import { type Accepted, type Refusal, refused } from "./verdict.ts";
import type { World } from "./world.ts";

/** Tells when accepted tokens end, for connections that outlive the question. */
export type Watch = {
  /** Notes by what an accepted verdict ends, so that it can be watched. */
  readonly remember: (accepted: Accepted, ends: Ends) => void;
  /** Calls `onEnd` once, with the reason, when the token ends. Returns how to stop. Throws a TypeError for what was not remembered. */
  readonly watch: (accepted: Accepted, onEnd: (refusal: Refusal) => void) => () => void;
  readonly close: () => void;
};

/** By what a token ends, beside what its claims say. */
export type Ends = {
  /** The name of the key that signed it. */
  readonly kid: string | undefined;
  /** Whether it ends when the view becomes stale, by the rules of the route that accepted it. */
  readonly whenStale: boolean;
};

/** What a watch looks at. */
export type WatchParts = {
  readonly follower: RevocationFollower | undefined;
  readonly clockToleranceMs: number;
  readonly world: Pick<World, "now">;
};

/** One timer for all; entries are looked up again only when the view has learned something. */
export function createWatch({ follower, clockToleranceMs, world }: WatchParts): Watch {
  const remembered = new WeakMap<Accepted, Ends>();
  const watched = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;

  const reasonToEnd = ({ accepted: { claims }, ends }: Watched, isNews: boolean): Refusal | undefined => {
    // Written so that a clock that answers NaN ends the token.
    if (!(world.now() < claims.exp * 1000 + clockToleranceMs)) return refused("expired").refusal;
    if (isNews && follower?.view.isRevoked(claims, ends.kid)) return refused("revoked").refusal;
    return ends.whenStale && follower?.lease.read().live === false ? refused("stale_view").refusal : undefined;
  };

  const look = (): void => {
    const seen = follower?.view.version ?? 0;
    for (const each of [...watched]) {
      const reason = reasonToEnd(each, each.seen !== seen);
      each.seen = seen;
      if (reason !== undefined && watched.delete(each)) each.onEnd(reason);
    }
    rest();
  };

  const rest = (): void => {
    if (watched.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  return {
    remember: (accepted, ends) => {
      remembered.set(accepted, ends);
    },
    watch: (accepted, onEnd) => {
      const ends = remembered.get(accepted);
      if (ends === undefined) throw new TypeError("verifier: watch takes what authenticate() or a guard accepted");
      const each: Watched = { accepted, ends, onEnd, seen: undefined };
      watched.add(each);
      timer ??= setInterval(look, everyMs).unref();
      return () => {
        watched.delete(each);
        rest();
      };
    },
    close: () => {
      watched.clear();
      rest();
    },
  };
}

type Watched = {
  readonly accepted: Accepted;
  readonly ends: Ends;
  readonly onEnd: (refusal: Refusal) => void;
  /** The version of the view at the last look. */
  seen: number | undefined;
};

const everyMs = 250;
