import type { Claims } from "../claims.ts";
import type { RefusalCode } from "../refusal.ts";
import type { Check } from "./check.ts";
import type { CheckedPolicy } from "./policy.ts";

/**
 * The dates of a token against the clock (RFC 7519 §4.1.4 to §4.1.6). Every comparison is written so that a clock that
 * answers NaN refuses. Those that a policy makes required are known to be there.
 */
export const timeChecks = (policy: CheckedPolicy): readonly Check[] => {
  const { expires, maxTtlSeconds, clockToleranceSeconds: tolerance } = policy;
  return [
    {
      step: "expiry",
      passed: expires ? "not reached" : "not checked",
      run: ({ claims, now }) => refusedUnless(!expires || now < own(claims, "exp", Number.NaN) + tolerance, "expired"),
    },
    {
      step: "not before",
      passed: "reached, or none",
      run: ({ claims, now }) => refusedUnless(own(claims, "nbf", 0) <= now + tolerance, "not_yet_valid"),
    },
    {
      step: "issued at",
      passed: "in the past, or none",
      run: ({ claims, now }) => refusedUnless(own(claims, "iat", 0) <= now + tolerance, "issued_in_the_future"),
    },
    {
      step: "order of dates",
      passed: "expires after it was issued, or says neither",
      run: ({ claims }) =>
        refusedUnless(own(claims, "iat", 0) <= own(claims, "exp", Number.MAX_SAFE_INTEGER), "malformed_claim"),
    },
    {
      step: "lifetime",
      passed: maxTtlSeconds === undefined ? "not checked" : `at most ${maxTtlSeconds} s`,
      run: ({ claims }) =>
        refusedUnless(
          maxTtlSeconds === undefined ||
            own(claims, "exp", Number.NaN) - own(claims, "iat", Number.NaN) <= maxTtlSeconds,
          "lifetime_too_long",
        ),
    },
  ];
};

const refusedUnless = (holds: boolean, code: RefusalCode): RefusalCode | undefined => (holds ? undefined : code);

/** A date that is the token's own, never one that a polluted prototype lends it. */
const own = (claims: Claims, name: "exp" | "nbf" | "iat", otherwise: number): number =>
  Object.hasOwn(claims, name) ? (claims[name] ?? otherwise) : otherwise;
