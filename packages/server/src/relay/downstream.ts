import { HttpProblem } from "../http/problem.ts";
import type { Verifiers } from "../revoke/verifiers.ts";
import type { LogHead } from "../store/ports.ts";
import type { World } from "../world.ts";
import type { UpstreamLog } from "./upstreamLog.ts";

/** Those who follow the log through this relay, and what may be said of all of them at once. */
export type Downstream = Pick<Verifiers, "greet" | "confirm" | "leave"> & {
  /** What upstream is to know: it sees one verifier in the place of all. */
  readonly summary: () => Summary;
};

/** What each of many has applied at least, undefined while somebody has nothing of this epoch; and the longest that one of them trusts what it has, in milliseconds. */
export type Summary = { readonly applied: LogHead | undefined; readonly maxStalenessMs: number };

/** Nobody is forgotten before its lease is certainly over: clocks of machines run this much apart within the longest lease. */
const clockDriftMs = 1000;
/** What a relay may add: until it forgets who fell silent, and until its next question says so. */
const delayMs = 2000;
const longestStalenessMs = 3_600_000;
/** Each is some hundred bytes, made by whoever has credentials. */
const mostVerifiers = 100_000;

type Follower = {
  readonly epoch: string | undefined;
  readonly applied: number;
  readonly maxStalenessMs: number;
  /** By the monotonic clock: until then it may judge by what it has. */
  readonly trustsUntil: number;
};

/** Who is greeted for the first time. */
const nobody: Follower = { epoch: undefined, applied: 0, maxStalenessMs: 0, trustsUntil: 0 };

/** Nobody follows yet. The relay counts itself in: what it does not have, it cannot have passed on. */
export function createDownstream({
  log,
  world,
  moved,
}: {
  readonly log: Pick<UpstreamLog, "epoch" | "position">;
  readonly world: Pick<World, "monotonic">;
  /** Somebody has come further: upstream should hear it soon. */
  readonly moved: () => void;
}): Downstream {
  const followers = new Map<string, Follower>();

  const forget = (): void => {
    const now = world.monotonic();
    for (const [key, { trustsUntil }] of followers) if (trustsUntil < now) followers.delete(key);
  };

  return {
    // Whoever is new has nothing, and so says the question that answers it.
    greet: async ({ serviceId, name, maxStalenessMs }) => {
      const key = `${serviceId} ${name}`;
      const before = followers.get(key);
      if (!before && followers.size >= mostVerifiers) throw new HttpProblem("overloaded");
      const { epoch, applied, trustsUntil, ...last } = before ?? nobody;
      // A lease from an earlier answer may be longer than the one that is asked for now.
      const until = Math.max(trustsUntil, world.monotonic() + maxStalenessMs + clockDriftMs);
      followers.set(key, {
        epoch,
        applied,
        maxStalenessMs: Math.max(last.maxStalenessMs, maxStalenessMs),
        trustsUntil: until,
      });
    },
    confirm: ({ serviceId, name }, { epoch, pos }) => {
      const key = `${serviceId} ${name}`;
      const before = followers.get(key);
      if (!before || (before.epoch === epoch && before.applied === pos)) return;
      followers.set(key, { ...before, epoch, applied: pos });
      moved();
    },
    // Who falls silent is forgotten by the one clock that there is, as soon as its lease is over.
    leave: () => undefined,
    summary: () => {
      forget();
      const all = [...followers.values()];
      const longest = Math.max(0, ...all.map(({ maxStalenessMs }) => maxStalenessMs));
      return {
        applied: smallest(log, all),
        maxStalenessMs: Math.min(longest + delayMs, longestStalenessMs),
      };
    },
  };
}

function smallest(
  { epoch, position }: Pick<UpstreamLog, "epoch" | "position">,
  followers: readonly Follower[],
): LogHead | undefined {
  if (epoch === undefined || followers.some((follower) => follower.epoch !== epoch)) return undefined;
  const pos = followers.reduce((least, { applied }) => Math.min(least, applied), position);
  return { epoch, pos };
}
