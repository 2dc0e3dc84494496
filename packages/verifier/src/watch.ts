import { peek } from "@cardea/jwt";
import type { RevocationFollower } from "./revocation/followRevocations.ts";
import { type Accepted, type Refusal, refused } from "./verdict.ts";
import type { World } from "./world.ts";

/** Tells when accepted tokens end, for connections that outlive the question. */
export type Watch = {
  /** Notes which token an accepted verdict is about, so that it can be watched. */
  readonly remember: (accepted: Accepted, token: string) => void;
  /** Calls `onEnd` once, with the reason, when the token ends. Returns how to stop. Throws a TypeError for what was not remembered. */
  readonly watch: (accepted: Accepted, onEnd: (refusal: Refusal) => void) => () => void;
  readonly close: () => void;
};

/** What a watch looks at. */
export type WatchParts = {
  readonly follower: RevocationFollower | undefined;
  /** Whether a token ends when the view becomes stale. */
  readonly endsWhenStale: boolean;
  readonly clockToleranceMs: number;
  readonly world: Pick<World, "now">;
};

/** One timer for all; entries are looked up again only when the view has moved. */
export function createWatch({ follower, endsWhenStale, clockToleranceMs, world }: WatchParts): Watch {
  const tokens = new WeakMap<Accepted, string>();
  const watched = new Set<Watched>();
  let timer: NodeJS.Timeout | undefined;

  const reasonToEnd = ({ accepted: { claims }, kid }: Watched, viewMoved: boolean): Refusal | undefined => {
    // Written so that a clock that answers NaN ends the token.
    if (!(world.now() < claims.exp * 1000 + clockToleranceMs)) return refused("expired").refusal;
    if (viewMoved && follower?.view.isRevoked(claims, kid)) return refused("revoked").refusal;
    return endsWhenStale && follower?.lease.read().live === false ? refused("stale_view").refusal : undefined;
  };

  const look = (): void => {
    const seen = positionOf(follower);
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
    remember: (accepted, token) => {
      tokens.set(accepted, token);
    },
    watch: (accepted, onEnd) => {
      const token = tokens.get(accepted);
      if (token === undefined) throw new TypeError("verifier: watch takes what authenticate() or a guard accepted");
      const each: Watched = { accepted, kid: kidOf(token), onEnd, seen: undefined };
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
  readonly kid: string | undefined;
  readonly onEnd: (refusal: Refusal) => void;
  seen: string | undefined;
};

const everyMs = 250;

const positionOf = (follower: RevocationFollower | undefined): string =>
  follower === undefined ? "" : `${follower.view.epoch}:${follower.view.position}`;

/** The signature of an accepted token covers its header, so the name in it is the key's. */
function kidOf(token: string): string | undefined {
  const kid = peek(token)?.unverifiedHeader.kid;
  return typeof kid === "string" ? kid : undefined;
}
