import type { CorpusCase } from "../corpus.ts";

/** A library under the corpus. */
export type Peer = {
  readonly name: string;
  /** Where its version stands. */
  readonly packageName: string;
  /** How it is set up, for the people who read the table. */
  readonly setup: string;
  /** Why a case says nothing about it; undefined when it does. */
  readonly excuse: (one: CorpusCase) => string | undefined;
  /** Returns when it accepts, throws when it refuses. */
  readonly verify: (one: CorpusCase) => Promise<unknown>;
  /** Whether an error is one that its documentation names. */
  readonly isOwnError: (error: unknown) => boolean;
};
