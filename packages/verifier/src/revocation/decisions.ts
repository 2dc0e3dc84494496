import type { WhenStale } from "../options.ts";
import type { RefusalCode, Verdict } from "../verdict.ts";

/** How many tokens were accepted and refused. */
export type Count = { readonly accepted: number; readonly refused: number };

/** Decisions while the view was live, and by each `whenStale` while it was not. */
export type Decisions = {
  readonly live: Count;
  readonly staleDeny: Count;
  readonly staleAllow: Count;
  readonly staleIntrospect: Count;
};

/** Counts decisions. */
export type DecisionCounter = {
  /** Counts a verdict, unless it is a refusal that has nothing to do with revocation. */
  readonly count: (verdict: Verdict, view: { readonly live: boolean; readonly whenStale: WhenStale }) => void;
  /** The counts so far. */
  readonly read: () => Decisions;
};

/** Starts from nothing. */
export function createDecisionCounter(): DecisionCounter {
  const counts = { live: none(), staleDeny: none(), staleAllow: none(), staleIntrospect: none() };
  return {
    count: (verdict, { live, whenStale }) => {
      if (!verdict.ok && !ofRevocation.has(verdict.refusal.code)) return;
      counts[live ? "live" : whileStale[whenStale]][verdict.ok ? "accepted" : "refused"] += 1;
    },
    read: () => structuredClone(counts),
  };
}

const none = (): { accepted: number; refused: number } => ({ accepted: 0, refused: 0 });

/** Who comes this far has a good signature and good claims. */
const ofRevocation: ReadonlySet<RefusalCode> = new Set([
  "revoked",
  "stale_view",
  "inactive_token",
  "introspection_unavailable",
]);

const whileStale = { deny: "staleDeny", allow: "staleAllow", introspect: "staleIntrospect" } as const;
