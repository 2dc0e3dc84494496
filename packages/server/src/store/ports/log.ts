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
};
