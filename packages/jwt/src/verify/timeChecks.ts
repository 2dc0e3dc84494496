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
      run: ({ claims, now }) => refusedUnless(!expires || now < (claims.exp ?? Number.NaN) + tolerance, "expired"),
    },
    {
      step: "not before",
      run: ({ claims, now }) => refusedUnless((claims.nbf ?? 0) <= now + tolerance, "not_yet_valid"),
    },
    {
      step: "issued at",
      run: ({ claims, now }) => refusedUnless((claims.iat ?? 0) <= now + tolerance, "issued_in_the_future"),
    },
    {
      step: "order of dates",
      run: ({ claims }) =>
        refusedUnless((claims.iat ?? 0) <= (claims.exp ?? Number.MAX_SAFE_INTEGER), "malformed_claim"),
    },
    {
      step: "lifetime",
      run: ({ claims }) =>
        refusedUnless(
          maxTtlSeconds === undefined || (claims.exp ?? Number.NaN) - (claims.iat ?? Number.NaN) <= maxTtlSeconds,
          "lifetime_too_long",
        ),
    },
  ];
};

const refusedUnless = (holds: boolean, code: RefusalCode): RefusalCode | undefined => (holds ? undefined : code);
