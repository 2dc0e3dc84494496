import type { Limited } from "../signin/throttle/limits.ts";

/**
 * What a 429 says about its limit: `Retry-After` (RFC 9110 10.2.3), and the policy and what is left of it by
 * draft-ietf-httpapi-ratelimit-headers-10, whose values are structured fields (RFC 9651). Only refusals say so: what is left of
 * an account's failures would tell a stranger when its owner signs in.
 */
export const rateLimitHeaders = ({
  limit,
  retryAfterSeconds,
  quota,
  windowSeconds,
}: Omit<Limited, "admitted" | "reason" | "limit"> & { readonly limit: string }): Readonly<Record<string, string>> => ({
  "Retry-After": String(retryAfterSeconds),
  "RateLimit-Policy": `"${limit}";q=${quota};w=${windowSeconds}`,
  RateLimit: `"${limit}";r=0;t=${retryAfterSeconds}`,
});
