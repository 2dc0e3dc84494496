import { parseDuration } from "@cardea/verifier";
import type { NewRevocation } from "../store/ports.ts";

/**
 * No access token lives longer, whatever the configuration says. A revocation lives as long as any token that can be out,
 * not as long as today's setting: that may have been shortened since.
 */
export const longestAccessTtl = "1h";

/** The same in milliseconds. */
export const longestAccessTtlMs: number = parseDuration(longestAccessTtl);

/** No refresh token gets its successor later than so after it was replaced, whatever the configuration says. */
export const longestGrace = "5m";

/** More than any verifier's clock tolerance (60 s at most) and the error of its clock together. */
export const verifierLeewayMs = 120_000;

/**
 * Until when a revocation can matter to a token that is out. `now` is the instant of the revocation, or the session's last use if
 * a clock that was set back makes that the later one; tokens are handed out until a grace after it.
 */
export const revocationEnd = (now: number): number =>
  now + longestAccessTtlMs + parseDuration(longestGrace) + verifierLeewayMs;

/** Kills every access token of a session that was minted before it. */
export const sessionRevocation = (sessionId: string, now: number): NewRevocation => ({
  kind: "session",
  key: sessionId,
  expiresAt: revocationEnd(now),
});

/**
 * Kills every access token of a person that was minted before it, whatever its session. Not for a change that also mints a
 * token: that one cannot vouch for a position which the log gives out only at the commit.
 */
export const subjectRevocation = (accountId: string, now: number): NewRevocation => ({
  kind: "subject",
  key: accountId,
  expiresAt: revocationEnd(now),
});
