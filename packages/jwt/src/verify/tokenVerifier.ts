import { type Claims, provenClaims, provenHeader } from "../claims.ts";
import { type Refusal, type RefusalCode, refusalOf } from "../refusal.ts";
import { type Attempt, newAttempt } from "./attempt.ts";
import type { Runner } from "./runner.ts";
import { tokenCache } from "./tokenCache.ts";
import type { VerifiedToken } from "./verifiedToken.ts";

/** Claims and header of a token that passed every check, and the key that signed it; or the first refusal. */
export type VerifyResult<C = Claims> = AcceptedToken<C> | { readonly ok: false; readonly refusal: Refusal };

/** The first of the two. */
export type AcceptedToken<C = Claims> = { readonly ok: true } & VerifiedToken<C>;

/** Judges tokens. Never throws, whatever the token. */
export type JwtVerifier<C = Claims> = { readonly verify: (token: string) => VerifyResult<C> };

/** Which rules a token is to be judged by; the code of a refusal when there are none. */
export type ChooseRunner = (token: string) => Runner | RefusalCode;

/**
 * A verifier by the rules that `choose` finds. `now` is in milliseconds since the epoch. What a known token's own
 * signature, header and payload say cannot change; the cache asks again all that can.
 */
export function tokenVerifier<C>(choose: ChooseRunner, now: () => number, cacheSize: number): JwtVerifier<C> {
  const cache = cacheSize === 0 ? undefined : tokenCache(cacheSize);
  const verify: JwtVerifier["verify"] = (token) => {
    const seconds = now() / 1000;
    const known = cache?.find(token, seconds);
    if (known !== undefined) return known;
    const runner = choose(token);
    if (typeof runner === "string") return refused(runner);
    const attempt = newAttempt(token, seconds);
    const code = runner.run(attempt);
    if (code !== undefined) return refused(code);
    const result = accepted(attempt);
    if (result.ok) cache?.add(attempt, result, runner);
    return result;
  };
  return Object.freeze({ verify: verify as JwtVerifier<C>["verify"] });
}

/** The answer with a refusal's code. */
export const refused = (code: RefusalCode): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal: refusalOf(code),
});

function accepted({ header, key, result }: Attempt): VerifyResult {
  if (key === undefined) return refused("unknown_key");
  return { ok: true, claims: provenClaims(result), header: provenHeader(header), key };
}
