import { createHash } from "node:crypto";
import type { AccessClaims } from "./accessClaims.ts";
import type { Verdict } from "./verdict.ts";
import type { World } from "./world.ts";

/** Answers of the issuer that may serve again for a moment. */
export type IntrospectionCache = {
  /** The answer, with its age in `stalenessMs`; undefined if there is none that is young enough and still holds. */
  readonly find: (token: string) => Verdict | undefined;
  /** Keeps an answer, unless a later question was answered first, or it says nothing of the token. */
  readonly keep: (token: string, answer: Answer) => void;
};

type Answer = {
  readonly verdict: Verdict;
  /** When the question was sent, by the monotonic clock: the answer says nothing of what came later. */
  readonly askedAt: number;
};

/** At most ten thousand answers, the oldest give way. Tokens are known by their hash alone: a heap dump shows none. */
export function createIntrospectionCache({
  cacheMs,
  clockToleranceMs,
  stillHolds,
  world,
}: {
  readonly cacheMs: number;
  readonly clockToleranceMs: number;
  /**
   * Whether what is known of revocations leaves an acceptance as good as it was. Else the issuer is asked again: of an opaque
   * token it is not known here whether it is younger than a revocation of its subject.
   */
  readonly stillHolds: (claims: AccessClaims) => boolean;
  readonly world: Pick<World, "now" | "monotonic">;
}): IntrospectionCache {
  const answers = new Map<string, Answer>();

  const find = (token: string): Verdict | undefined => {
    if (cacheMs === 0) return undefined;
    const answer = answers.get(nameOf(token));
    if (answer === undefined) return undefined;
    const ageMs = world.monotonic() - answer.askedAt;
    if (!(ageMs < cacheMs)) return undefined;
    const { verdict } = answer;
    if (!verdict.ok) return verdict;
    const isGood = !hasEnded(verdict.claims.exp, world.now() - clockToleranceMs) && stillHolds(verdict.claims);
    return isGood ? { ...verdict, stalenessMs: ageMs } : undefined;
  };

  const keep = (token: string, answer: Answer): void => {
    if (cacheMs === 0 || isNoAnswer(answer.verdict)) return;
    const name = nameOf(token);
    const known = answers.get(name);
    if (known !== undefined && known.askedAt > answer.askedAt) return;
    answers.delete(name);
    answers.set(name, answer);
    const [oldest] = answers.keys();
    if (answers.size > mostAnswers && oldest !== undefined) answers.delete(oldest);
  };

  return { find, keep };
}

/** Whether `exp` (seconds) has been reached at `nowMs`. Written so that a clock that answers NaN says yes. */
export const hasEnded = (exp: number, nowMs: number): boolean => !(nowMs < exp * 1000);

const isNoAnswer = (verdict: Verdict): boolean => !verdict.ok && verdict.refusal.code === "introspection_unavailable";

const mostAnswers = 10_000;

const nameOf = (token: string): string => createHash("sha256").update(token).digest("base64url");
