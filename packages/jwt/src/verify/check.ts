import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";

/** A row of the table of checks: `verify` reads `run`, `explain` reads all of it. */
export type Check = {
  readonly step: string;
  /** The code of the refusal, or undefined when the token passes. Nothing a token contains makes it throw. */
  readonly run: (attempt: Attempt) => RefusalCode | undefined;
  /** What it means that the check passed. */
  readonly passed: string;
  /** Whether the verdict depends on the header segment alone, so that it holds for the next token with the same one. */
  readonly isOfHeader?: boolean;
};
