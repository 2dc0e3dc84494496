import type { AccessClaims } from "./accessClaims.ts";
import { type ExplanationStep, explainStep } from "./explanation.ts";
import { type Accepted, refused, type Verdict, type VerifierRefusalCode } from "./verdict.ts";

/** What a route asks of a token that is good, with every default filled in. */
export type Demands = {
  /** All of them must be in `scope` (RFC 6749 section 3.3). */
  readonly scopes: readonly string[];
  /** One of them must be in `roles`. */
  readonly roles: readonly string[];
  /** How long ago `auth_time` may be (RFC 9470 section 3). */
  readonly maxAgeSeconds: number | undefined;
};

/** Lets an accepted token stand if it meets every demand; `nowMs` since the epoch. */
export function meetDemands(accepted: Accepted, demands: Demands, nowMs: number): Verdict {
  for (const { code, isAsked, isMet } of checks) {
    if (isAsked(demands) && !isMet(accepted.claims, demands, nowMs)) return refused(code);
  }
  return accepted;
}

/** The same checks as steps of an explanation, up to the first that fails. `monotonic` in milliseconds. */
export function explainDemands(
  claims: AccessClaims,
  demands: Demands,
  { now, monotonic }: { readonly now: () => number; readonly monotonic: () => number },
): readonly ExplanationStep[] {
  const steps: ExplanationStep[] = [];
  for (const { step, isAsked, isMet, why } of checks) {
    if (!isAsked(demands)) continue;
    const check = () => {
      const ok = isMet(claims, demands, now());
      return { ok, why: `${why(demands)}: ${ok ? "met" : "not met"}` };
    };
    const explained = explainStep(step, "nothing", { monotonic, check });
    steps.push(explained);
    if (!explained.ok) break;
  }
  return steps;
}

type DemandCheck = {
  readonly step: string;
  readonly code: VerifierRefusalCode;
  readonly isAsked: (demands: Demands) => boolean;
  readonly isMet: (claims: AccessClaims, demands: Demands, nowMs: number) => boolean;
  readonly why: (demands: Demands) => string;
};

/** Who may not do this at all is told so before being sent to prove anew who they are. */
const checks: readonly DemandCheck[] = [
  {
    step: "scopes",
    code: "insufficient_scope",
    isAsked: ({ scopes }) => scopes.length > 0,
    isMet: ({ scope = "" }, { scopes }) => scopes.every((name) => scope.split(" ").includes(name)),
    why: ({ scopes }) => `the token must have all of the scopes ${scopes.join(", ")}`,
  },
  {
    step: "roles",
    code: "insufficient_role",
    isAsked: ({ roles }) => roles.length > 0,
    isMet: ({ roles: held = [] }, { roles }) => roles.some((name) => held.includes(name)),
    why: ({ roles }) => `the token must name one of the roles ${roles.join(", ")}`,
  },
  {
    step: "authentication age",
    code: "authentication_too_old",
    isAsked: ({ maxAgeSeconds }) => maxAgeSeconds !== undefined,
    isMet: ({ auth_time: provenAt }, { maxAgeSeconds = 0 }, nowMs) => isRecent(provenAt, maxAgeSeconds, nowMs),
    why: ({ maxAgeSeconds }) => `the person must have proven who they are within ${maxAgeSeconds} s`,
  },
];

/** `auth_time` is in whole seconds, rounded down; so is the present here. A proof from ahead is one of a clock that was wrong. */
function isRecent(provenAt: number | undefined, maxAgeSeconds: number, nowMs: number): boolean {
  if (provenAt === undefined) return false;
  const ageSeconds = Math.floor(nowMs / 1000) - provenAt;
  return ageSeconds <= maxAgeSeconds && ageSeconds >= -clockLeewaySeconds;
}

const clockLeewaySeconds = 60;
