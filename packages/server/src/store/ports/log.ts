import type { RevocationEntry } from "@cardea/verifier/wire";

/** Where the revocation log stands. `pos` only grows within an epoch. */
export type LogHead = { readonly epoch: string; readonly pos: number };

/** A revocation before the log gave it its position. */
export type NewRevocation = Omit<RevocationEntry, "pos">;

/** Log entries with `from < pos <= to`, and the head, all of one snapshot. */
export type LogSlice = {
  readonly head: LogHead;
  readonly from: number;
  readonly to: number;
  readonly entries: readonly RevocationEntry[];
};

/** The append-only revocation log. Rows and head always come from one snapshot. */
export type RevocationStore = {
  /** Appends in the given order; answers with the head that includes them. */
  readonly append: (revocations: readonly NewRevocation[]) => Promise<LogHead>;
  /** Entries after `after`, at most `limit`; a cut slice ends at its last entry. `after` beyond the head answers an empty slice at the head. */
  readonly read: (after: number, limit: number) => Promise<LogSlice>;
  /**
   * Calls soon after somebody else has appended, in whatever process; perhaps also after an append of one's own, or for nothing.
   * It only wakes: who is not called has to look from time to time all the same. Returns how to stop.
   */
  readonly watch: (onChange: () => void) => () => void;
  /**
   * Tells that the log was seen at this head. If it is still of that epoch and does not reach so far, it has lost its end: it gets
   * a new epoch, and positions go on `epochLead` beyond all that were given. Else nothing happens.
   */
  readonly renew: (seen: LogHead) => Promise<void>;
  /**
   * Whether everything that this process appended has reached as many replicas as are configured. Left out by a log whose
   * acknowledgement says enough.
   */
  readonly isReplicated?: () => boolean;
};

/** How far positions jump ahead with a new epoch: farther than any end of a log that can be lost unseen. */
export const epochLead = 1_048_576;
