import type { Policy, VerifyResult } from "@cardea/jwt";

/** The moment at which these programs live, in seconds. */
export const now = 1_800_000_000;

/** The same, as verifiers ask for it. */
export const clock = (): number => now * 1000;

/** What the verifiers here demand. */
export const policy: Policy = { issuer: "https://issuer.test", audience: "api", maxTtlSeconds: 3600 };

/** Claims that satisfy it. */
export const claims = { iss: "https://issuer.test", aud: "api", sub: "alice", jti: "7", iat: now, exp: now + 300 };

/** A verdict with all it tells: the claims that were accepted, or the code and the message of the refusal. */
export const verdictOf = (result: VerifyResult<unknown>): string =>
  result.ok ? `accepted ${JSON.stringify(result.claims)}` : `${result.refusal.code}: ${result.refusal.message}`;
