import type { Minted } from "./minted.ts";

/** Whether faults were about when something was revoked. */
export type Phase = "quiet" | "faults";

/** A token that verifiers are asked about, and what became of it. All times are of the machine's monotonic clock, in milliseconds. */
export type Watched = {
  /** Its place in the file of tokens. */
  readonly id: number;
  readonly minted: Minted;
  /** From when on verifiers may refuse it: the first question of a revocation that names it was sent. */
  calledAt?: number;
  /** From when on its revocation is promised: an answer has arrived; and the phase of that revocation. */
  acknowledgedAt?: number;
  phase?: Phase;
  /** From when on no verifier may accept it: the answer to `wait: effective`, with nobody pending. */
  effectiveAt?: number;
  /** By verifier: when it accepted last, and when it refused it as revoked first. */
  readonly acceptedAt: Map<number, number>;
  readonly refusedAt: Map<number, number>;
};

/** What is revoked by one call. */
export type Target =
  /** One token, by a name that is its own. */
  | { readonly only: Watched }
  /** All that vouch for an earlier position, or all under a key for ever. */
  | { readonly names: (minted: Minted) => boolean; readonly isForEver: boolean };

/** A revocation, from when it was first asked for. */
export type Call = {
  readonly target: Target;
  readonly phase: Phase;
  readonly calledAt: number;
  acknowledgedAt?: number;
  effectiveAt?: number;
};

/** Whether a token that is made now, or was, is refused because of the call: certainly, perhaps, or not at all. */
export function reachOf({ target, acknowledgedAt, calledAt }: Call, minted: Minted): "certain" | "possible" | "none" {
  if ("only" in target) return target.only.minted === minted ? "certain" : "none";
  if (!target.names(minted)) return "none";
  if (target.isForEver) return "certain";
  if (acknowledgedAt !== undefined && minted.askedAt >= acknowledgedAt) return "none";
  // Who was asked before the call, and answered before it, was handed an earlier position; in between it is a race.
  return minted.answeredAt <= calledAt ? "certain" : "possible";
}
