/** A verifier in another process, as it said of itself when it last asked for the head of the log. */
export type VerifierNote = {
  /** Whose credentials it has, and its own name among all that have them. */
  readonly serviceId: string;
  readonly name: string;
  /** What it has applied; of no epoch while it has nothing. */
  readonly epoch: string | undefined;
  readonly applied: number;
  /** How long it goes by what it has without hearing from the log, in milliseconds. */
  readonly maxStalenessMs: number;
  /** Milliseconds since the epoch, by the issuer that heard it. */
  readonly heardAt: number;
};

/** What a verifier is told apart by: its service and its name. */
export const verifierKey = ({ serviceId, name }: Pick<VerifierNote, "serviceId" | "name">): string =>
  `${serviceId} ${name}`;

/** What is known of verifiers, shared by all issuers. It may be lost: a verifier that asks again is known again. */
export type VerifierStore = {
  /** Keeps each in place of what was kept of it before. */
  readonly note: (notes: readonly VerifierNote[]) => Promise<void>;
  /** Those heard of at `since` or later, by service and name. */
  readonly list: (since: number) => Promise<readonly VerifierNote[]>;
  /** Forgets those heard of before `before`. */
  readonly forget: (before: number) => Promise<void>;
};
