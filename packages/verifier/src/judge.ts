import {
  createExplainer as createJwtExplainer,
  createVerifier as createJwtVerifier,
  type KeySource,
  type Step,
  unchecked,
  type VerifierOptions,
  type VerifyResult,
} from "@cardea/jwt";
import { type AccessClaims, readAccessClaims } from "./accessClaims.ts";
import { type Explanation, type ExplanationStep, explainStep } from "./explanation.ts";
import { createKnownTokens, type KnownTokens, kidOf } from "./knownTokens.ts";
import { rules as revocationRules } from "./revocation/rules.ts";
import type { RevocationView } from "./revocation/view.ts";
import { type Accepted, refused, type Verdict } from "./verdict.ts";
import { realWorld } from "./world.ts";

export { type AccessClaims, parsedClaims } from "./accessClaims.ts";
export type { Explanation, ExplanationStep } from "./explanation.ts";
export { createRevocationView, type RevocationView } from "./revocation/view.ts";
export {
  type Accepted,
  problemFor,
  type Refusal,
  type RefusalCode,
  type Refused,
  refused,
  type Verdict,
} from "./verdict.ts";
export { cautiousClock } from "./world.ts";

/** What a judge decides by. */
export type JudgeOptions = {
  /** A key set, or one that changes over time. */
  readonly keys: KeySource;
  readonly issuer: string;
  readonly audience: string | readonly string[] | typeof unchecked;
  /** `unchecked` means that a revoked token is good until it expires. */
  readonly revocation: Pick<RevocationView, "isRevoked" | "isRevokedBy" | "handleOf"> | typeof unchecked;
  readonly clockToleranceSeconds?: number;
  /** Longest `exp - iat` that is believed. */
  readonly maxTtlSeconds?: number;
  /** So many tokens that were accepted are remembered, about 1.5 kB each, and cost no signature check again; what can change is asked each time. Default 0. */
  readonly cacheSize?: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
};

/** Judges access tokens from what is in memory: no clock but its own, no network, no store. */
export type Judge = {
  /** The verdict. Never throws for a bad token. */
  readonly verify: (token: string) => Verdict;
  /** The same checks, each with its reason and cost. */
  readonly explain: (token: string) => Explanation;
  /** The name of the key that signed the token of a verdict of this judge; undefined for a key without a name, or a copy of the verdict. */
  readonly kidOf: (accepted: Accepted) => string | undefined;
};

/** The one judge of access tokens (RFC 9068, `typ: at+jwt`), for verifiers and for the issuer itself. */
export function createJudge(options: JudgeOptions): Judge {
  const { keys, issuer, audience, revocation, clockToleranceSeconds = 0, maxTtlSeconds, cacheSize = 0, now } = options;
  const rules: VerifierOptions = {
    keys,
    policy: {
      issuer,
      audience,
      typ: "at+jwt",
      required: ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"],
      clockToleranceSeconds,
      ...(maxTtlSeconds === undefined ? {} : { maxTtlSeconds }),
    },
    now,
  };
  const jwt = createJwtVerifier({ ...rules, cacheSize });
  const explainJwt = createJwtExplainer(rules);
  const known = createKnownTokens({ revocation, isRemembered: cacheSize > 0 });
  return {
    verify: (token) => verify(jwt.verify(token), known),
    explain: (token) => explain(explainJwt(token).steps, jwt.verify(token), revocation),
    kidOf: known.kidOf,
  };
}

type Revocation = JudgeOptions["revocation"];

function verify(signed: VerifyResult, { know }: KnownTokens): Verdict {
  if (!signed.ok) return { ok: false, refusal: signed.refusal };
  const token = know(signed);
  if (token === undefined) return refused("malformed_claim");
  return token.handle?.isRevoked() ? refused("revoked") : token.accepted;
}

function explain(jwtSteps: readonly Step[], signed: VerifyResult, revocation: Revocation): Explanation {
  const steps = jwtSteps.map(
    (step): ExplanationStep => ({ ...step, lookedUp: step.step === "key" ? "memory" : "nothing" }),
  );
  if (!signed.ok) return { ok: false, steps, refusal: signed.refusal };
  const { monotonic } = realWorld;
  const claims = readAccessClaims(signed.claims);
  const typed = explainStep("access claims", "nothing", { monotonic, check: () => judgeTypes(signed) });
  if (claims === undefined) return { ok: false, steps: [...steps, typed], ...onlyRefusal("malformed_claim") };
  const live = revocation === unchecked ? [uncheckedStep] : explainRevocation(claims, kidOf(signed), revocation);
  const all = [...steps, typed, ...live];
  return live.every(({ ok }) => ok) ? { ok: true, steps: all } : { ok: false, steps: all, ...onlyRefusal("revoked") };
}

function explainRevocation(
  claims: AccessClaims,
  kid: string | undefined,
  view: Pick<RevocationView, "isRevokedBy">,
): readonly ExplanationStep[] {
  const steps: ExplanationStep[] = [];
  for (const { kind } of revocationRules) {
    const check = () => revocationReason(view.isRevokedBy(kind, claims, kid));
    const step = explainStep(`revocation: ${kind}`, "memory", { monotonic: realWorld.monotonic, check });
    steps.push(step);
    if (!step.ok) break;
  }
  return steps;
}

function revocationReason(dead: boolean | undefined): { ok: boolean; why: string } {
  if (dead === undefined) return { ok: true, why: "the token names nothing of this kind" };
  return dead
    ? { ok: false, why: "an entry of this kind kills the token" }
    : { ok: true, why: "no entry kills the token" };
}

function judgeTypes(signed: VerifyResult & { ok: true }): { ok: boolean; why: string } {
  return readAccessClaims(signed.claims) === undefined
    ? { ok: false, why: "a claim is not of the type that an access token needs" }
    : { ok: true, why: "every claim has the type that an access token needs" };
}

const uncheckedStep: ExplanationStep = {
  step: "revocation",
  ok: true,
  why: "revocation is unchecked: the token is good until it expires",
  lookedUp: "nothing",
  micros: 0,
};

const onlyRefusal = (code: "malformed_claim" | "revoked") => ({ refusal: refused(code).refusal });
