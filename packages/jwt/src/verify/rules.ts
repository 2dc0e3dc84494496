import { type KeySource, keySource } from "../keys/keySource.ts";
import type { Check } from "./check.ts";
import { claimChecks } from "./claimChecks.ts";
import { formChecks } from "./formChecks.ts";
import { headerChecks } from "./headerChecks.ts";
import { keyChecks } from "./keyChecks.ts";
import { type CheckedPolicy, checkPolicy, type Policy } from "./policy.ts";
import { revocationCheck } from "./revocationCheck.ts";
import type { IsRevoked } from "./verifiedToken.ts";

/** All that decides about the tokens of one policy: the table of checks, and what a remembered token is asked again. */
export type Rules = {
  readonly checks: readonly Check[];
  readonly policy: CheckedPolicy;
  readonly source: KeySource;
  readonly isRevoked: IsRevoked | undefined;
};

/** Whom to believe, what to demand, and who knows what is revoked. */
export type RulesOptions = {
  readonly keys: unknown;
  readonly policy: Policy<unknown>;
  /** Of whatever claims the policy's schema makes. */
  readonly isRevoked?: IsRevoked<never>;
};

/** Throws a TypeError that begins with `caller` for keys that cannot verify and a policy that misses a safeguard. */
export function rulesOf(caller: string, options: RulesOptions): Rules {
  const policy = checkPolicy(options.policy);
  const source = keySource(caller, options.keys);
  const isRevoked = checkedHook(caller, options.isRevoked);
  const checks = [
    ...formChecks(policy),
    ...headerChecks(policy),
    ...keyChecks(source),
    ...claimChecks(policy),
    ...(isRevoked === undefined ? [] : [revocationCheck(isRevoked)]),
  ];
  return { checks, policy, source, isRevoked };
}

/** It will be given the claims that its own policy made, as their types say. */
function checkedHook(caller: string, hook: IsRevoked<never> | undefined): IsRevoked | undefined {
  if (hook === undefined || typeof hook === "function") return hook as IsRevoked | undefined;
  throw new TypeError(`${caller}: isRevoked must be a function`);
}
