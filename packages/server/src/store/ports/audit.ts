/** One line of the audit trail; no field holds a secret. `accountId` and `sessionId` are whom it is about. */
export type AuditRecord = {
  readonly id: string;
  readonly at: number;
  /** A type of `SecurityEvent`. */
  readonly type: string;
  readonly outcome: "done" | "refused" | "failed";
  /** Who did it: an account id, `cli`, `api` or `system`; undefined for somebody who is not known. */
  readonly actor: string | undefined;
  readonly accountId: string | undefined;
  readonly sessionId: string | undefined;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** Further facts of the event, as JSON has them. */
  readonly details: Readonly<Record<string, unknown>>;
};

/** The audit trail: it is appended to, by a `Change` or here, and never altered. */
export type AuditStore = {
  readonly append: (records: readonly AuditRecord[]) => Promise<void>;
  /** The latest first, at most `limit`, before the record `before`; of one account if it is given. */
  readonly list: (filter: {
    readonly limit: number;
    readonly accountId?: string;
    readonly before?: string;
  }) => Promise<readonly AuditRecord[]>;
};
