import type { Decisions } from "./decisions.ts";

/** What an operator can see and alert on. Counters only grow, for the life of the verifier. */
export type RevocationStatus = {
  readonly state: RevocationState;
  /** Age of the last confirmation in milliseconds; Infinity before the first. */
  readonly stalenessMs: number;
  readonly epoch: string | undefined;
  /** How far the log was applied. */
  readonly position: number;
  readonly entries: number;
  /** How often the feed was lost or left. */
  readonly reconnects: number;
  /** How often the feed left something out. */
  readonly gaps: number;
  /** How often what was missing was fetched beside the feed. */
  readonly repairs: number;
  /** How often everything was asked for again: the log was another one, or what is held may have been incomplete. */
  readonly resyncs: number;
  /** Requests that showed a position beyond the view: it was reached in time, or not. */
  readonly positionWaits: { readonly reached: number; readonly missed: number };
  /** What became of tokens that were good but for revocation. */
  readonly decisions: Decisions;
  /** What went wrong last, until the view is live again. */
  readonly fault: string | undefined;
};

/**
 * `off`: revocation is unchecked. `starting`: nothing is known yet. `syncing`: the issuer answers, but nothing is confirmed yet.
 * `live`: confirmed within `maxStaleness`. `resync`: the same, while what may be missing is fetched. `stale`: the last confirmation
 * is older, and `whenStale` decides. `draining`: closed; what is held still counts until `maxStaleness` has passed.
 */
export type RevocationState = "off" | "starting" | "syncing" | "live" | "resync" | "stale" | "draining";

/** Every state, from the best to the worst. */
export const revocationStates: readonly RevocationState[] = [
  "off",
  "live",
  "resync",
  "draining",
  "stale",
  "syncing",
  "starting",
];
