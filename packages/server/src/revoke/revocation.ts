import type { NewRevocation } from "../store/ports.ts";

/** How long a revocation must live: no access token of before can outlast it. */
export type RevocationLife = { readonly maxAccessTtlMs: number; readonly leewayMs: number };

/** Kills every access token of a session that was minted before it. Appended by the store in the transaction that ends the session. */
export const sessionRevocation = (
  sessionId: string,
  now: number,
  { maxAccessTtlMs, leewayMs }: RevocationLife,
): NewRevocation => ({
  kind: "session",
  key: sessionId,
  expiresAt: now + maxAccessTtlMs + leewayMs,
});
