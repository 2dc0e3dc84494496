import type { Verdict } from "@cardea/verifier/judge";
import type { OpaqueToken, SessionRow } from "../../store/ports.ts";

/** The three ways to remember sessions. */
export type ModeName = "stateless" | "stateful" | "hybrid";

/**
 * All that differs between the modes. Nothing outside `session/modes` asks which mode is on.
 */
export type SessionMode = {
  readonly name: ModeName;
  /** What a new or refreshed session hands out; called inside the store's decision, with rows and head of one snapshot. */
  readonly grant: (row: SessionRow) => Grant;
  /** Judges an access token; `fresh` asks the store whether session and account are there now. Never throws for a bad token. */
  readonly check: (token: string, options?: { readonly fresh?: boolean }) => Promise<Verdict>;
};

/** An access token about to be handed out. `token` is taken outside the decision, since signing needs no transaction; it may fail only if it `isSignedElsewhere`. */
export type Grant = {
  readonly expiresInSeconds: number;
  readonly stored: OpaqueToken | undefined;
  readonly isSignedElsewhere: boolean;
  readonly token: () => Promise<string>;
};
