import type { Claims } from "../claims.ts";
import { isCanonicalBase64url } from "../encoding/base64url.ts";
import { objectInSegment } from "../json/objectInSegment.ts";
import type { VerificationKey } from "../keys/key.ts";
import type { KeySource } from "../keys/keySource.ts";
import type { RefusalCode } from "../refusal.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { checkedSharedOptions, type SharedVerifierOptions } from "./createVerifier.ts";
import type { Policy } from "./policy.ts";
import { type Rules, rulesOf } from "./rules.ts";
import { type Runner, runnerOf } from "./runner.ts";
import { type ChooseRunner, type JwtVerifier, tokenVerifier } from "./tokenVerifier.ts";
import type { IsRevoked } from "./verifiedToken.ts";

/** What to believe of one issuer. Its `iss` is the member's name, so the policy has none. */
export type IssuerRules<C = Claims> = {
  readonly keys: VerificationKey | KeySource;
  readonly policy: Omit<Policy<C>, "issuer"> & { readonly issuer?: undefined };
};

/** Issuers by their `iss`, compared exactly. */
export type MultiIssuerOptions<C = Claims> = SharedVerifierOptions<C> & {
  readonly issuers: Readonly<Record<string, IssuerRules<C>>>;
};

/**
 * A verifier for tokens of several issuers, each with keys and a policy of its own. The token's `iss` chooses among
 * them before anything is verified, and nothing else: a key never speaks for another issuer. A token of an issuer who
 * is not listed is `wrong_issuer`. Throws a TypeError for an unknown option and for what `createVerifier` does not take.
 */
export function createMultiIssuerVerifier<C = Claims>(options: MultiIssuerOptions<C>): JwtVerifier<C> {
  const { choose, now, cacheSize } = chooseByIssuer("createMultiIssuerVerifier", options);
  return tokenVerifier<C>(choose, now, cacheSize);
}

/** What finds the rules of a token's issuer, and the options that are not about rules, checked. */
export type ChoiceByIssuer = ReturnType<typeof checkedSharedOptions> & { readonly choose: ChooseRunner };

/** Throws a TypeError that begins with `caller` for options that are not those of several issuers. */
export function chooseByIssuer<C>(caller: string, options: MultiIssuerOptions<C>): ChoiceByIssuer {
  const own = refuseUnknownOptions(caller, options, ["issuers", "now", "cacheSize", "isRevoked"]);
  const runners = runnersOf(own);
  const longest = Math.max(...[...runners.values()].map(({ policy }) => policy.maxTokenBytes));
  const choose: ChooseRunner = (token) => {
    if (typeof token !== "string") return "malformed_token";
    if (token.length > longest) return "token_too_long";
    return runnerFor(token, runners);
  };
  return { ...checkedSharedOptions(caller, own), choose };
}

function runnersOf<C>({ issuers, isRevoked }: MultiIssuerOptions<C>): ReadonlyMap<unknown, Runner> {
  const entries = typeof issuers === "object" && issuers !== null ? Object.entries(issuers) : [];
  if (entries.length === 0) {
    throw new TypeError("createMultiIssuerVerifier: issuers must have a member for each issuer, named by its iss");
  }
  return new Map(entries.map(([issuer, rules]) => [issuer, runnerOf(issuerRules(issuer, rules, isRevoked))]));
}

function issuerRules<C>(issuer: string, given: IssuerRules<C>, isRevoked: IsRevoked<C> | undefined): Rules {
  const { keys, policy } = refuseUnknownOptions("createMultiIssuerVerifier", given, ["keys", "policy"]);
  if (typeof policy === "object" && policy !== null && "issuer" in policy) {
    throw new TypeError("createMultiIssuerVerifier: a policy here has no issuer; the member's name says it");
  }
  return rulesOf("createMultiIssuerVerifier", { keys, policy: { ...policy, issuer }, ...(isRevoked && { isRevoked }) });
}

/** Reads `iss` and nothing else; whatever it says is checked again, with the signature, by the rules that it leads to. */
function runnerFor(token: string, runners: ReadonlyMap<unknown, Runner>): Runner | RefusalCode {
  const headerEnd = token.indexOf(".");
  const segment = token.slice(headerEnd + 1, token.indexOf(".", headerEnd + 1));
  if (headerEnd < 1 || segment === "" || !isCanonicalBase64url(segment)) return "malformed_token";
  const payload = objectInSegment(segment);
  if (payload === undefined) return "malformed_payload";
  if (!Object.hasOwn(payload, "iss")) return "missing_claim";
  if (typeof payload.iss !== "string") return "malformed_claim";
  return runners.get(payload.iss) ?? "wrong_issuer";
}
