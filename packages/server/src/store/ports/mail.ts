/** A mail that waits to be sent. Its text holds one-time links, so it is sealed under the key-encryption secret. */
export type WaitingMail = {
  readonly id: string;
  readonly sealed: string;
  readonly createdAt: number;
  /** Tries so far. */
  readonly attempts: number;
  /** Not before this instant: the next try, or the end of the lease of whoever sends it now. */
  readonly dueAt: number;
};

/** Mails that wait. They get here by a `Change` only, in the transaction of their cause. */
export type MailStore = {
  /** The mails that are due, oldest first, at most `limit`; each is leased until `leaseUntil`, so that no other process sends it meanwhile. Counts as a try. */
  readonly claim: (now: number, leaseUntil: number, limit: number) => Promise<readonly WaitingMail[]>;
  /** Sent, or given up: the mail is forgotten. */
  readonly remove: (id: string) => Promise<void>;
  /** Not sent: the next try is due at `dueAt`. */
  readonly postpone: (id: string, dueAt: number) => Promise<void>;
  readonly count: () => Promise<number>;
};
