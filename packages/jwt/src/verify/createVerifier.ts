import type { Claims } from "../claims.ts";
import { systemNow } from "../clock.ts";
import type { VerificationKey } from "../keys/key.ts";
import type { KeySource } from "../keys/keySource.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import type { Policy } from "./policy.ts";
import { rulesOf } from "./rules.ts";
import { runnerOf } from "./runner.ts";
import { type JwtVerifier, tokenVerifier } from "./tokenVerifier.ts";
import type { IsRevoked } from "./verifiedToken.ts";

/** What verifiers of one and of several issuers have in common. */
export type SharedVerifierOptions<C = Claims> = {
  /** What time it is, in milliseconds since the epoch; the system's clock unless given. */
  readonly now?: () => number;
  /**
   * How many verified tokens to remember, so that the next request with one costs no signature check; 0, the default,
   * remembers none. Dates, the key and `isRevoked` are asked again each time, a claims schema is not.
   */
  readonly cacheSize?: number;
  /** Asked last, of tokens that are good in every other way, and again for each remembered one. */
  readonly isRevoked?: IsRevoked<C>;
};

/** Whom to believe (`keys`) and what to demand (`policy`). */
export type VerifierOptions<C = Claims> = SharedVerifierOptions<C> & {
  readonly keys: VerificationKey | KeySource;
  readonly policy: Policy<C>;
};

/**
 * A verifier for one policy (RFC 7519 §7.2, RFC 8725). Throws a TypeError for an unknown option, a missing safeguard or
 * a key that cannot verify; after that, only an error of the caller's own key source, clock, schema or `isRevoked` is
 * thrown.
 */
export function createVerifier<C = Claims>(options: VerifierOptions<C>): JwtVerifier<C> {
  const own = refuseUnknownOptions("createVerifier", options, verifierOptionNames);
  const { now, cacheSize } = checkedSharedOptions("createVerifier", own);
  const runner = runnerOf(rulesOf("createVerifier", own));
  return tokenVerifier<C>(() => runner, now, cacheSize);
}

/** What a verifier of one issuer can be told. */
export const verifierOptionNames: readonly string[] = ["keys", "policy", "now", "cacheSize", "isRevoked"];

/** The clock and the size of the cache, checked. Throws a TypeError that begins with `caller`. */
export function checkedSharedOptions(
  caller: string,
  { now = systemNow, cacheSize = 0 }: Pick<SharedVerifierOptions, "now" | "cacheSize">,
): { readonly now: () => number; readonly cacheSize: number } {
  if (typeof now !== "function") throw new TypeError(`${caller}: now must be a function`);
  if (cacheSize === 0 || (Number.isSafeInteger(cacheSize) && cacheSize >= 2)) return { now, cacheSize };
  throw new TypeError(`${caller}: cacheSize must be a number of tokens, 0 or from 2`);
}
