import { parseDuration } from "@cardea/verifier";
import type { NewRevocation } from "../store/ports.ts";

/**
 * No access token lives longer, whatever the configuration says. A revocation lives as long as any token that can be out,
 * not as long as today's setting: that may have been shortened since.
 */
export const longestAccessTtl = "1h";

/** The same in milliseconds. */
export const longestAccessTtlMs: number = parseDuration(longestAccessTtl);

/** More than any verifier's clock tolerance (60 s at most) and the error of its clock together. */
const leewayMs = 120_000;

/** Kills every access token of a session that was minted before it. Appended by the store in the transaction that ends the session. */
export const sessionRevocation = (sessionId: string, now: number): NewRevocation => ({
  kind: "session",
  key: sessionId,
  expiresAt: now + longestAccessTtlMs + leewayMs,
});
