import type { RefusalCode } from "../refusal.ts";
import type { Attempt } from "./attempt.ts";

/** A row of the table of checks. `verify` and `explain` read the same table. */
export type Check = {
  readonly step: StepName;
  /** The code of the refusal, or undefined when the token passes. Nothing a token contains makes it throw. */
  readonly run: (attempt: Attempt) => RefusalCode | undefined;
  /** Whether the verdict depends on the header segment alone, so that it holds for the next token with the same one. */
  readonly isOfHeader?: boolean;
};

/** The checks by name, in the order in which they run. */
export type StepName =
  | "size"
  | "form"
  | "header"
  | "critical"
  | "type"
  | "algorithm"
  | "key"
  | "signature"
  | "payload"
  | "required claims"
  | "claim types"
  | "issuer"
  | "audience"
  | "expiry"
  | "not before"
  | "issued at"
  | "order of dates"
  | "lifetime"
  | "schema"
  | "revocation";
