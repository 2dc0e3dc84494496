import type { Challenge } from "../route.ts";
import { problemFor, type Refusal } from "../verdict.ts";
import { bearerChallenge, type ProblemCode, problemBody, problemMediaType, problems } from "../wire/problems.ts";

/** An answer that any framework can send. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON (RFC 9457). */
  readonly body: string;
};

/** The answer to a refused request by RFC 6750, RFC 9457 and RFC 9470. The cause stays here: the client only learns the public code. */
export function answerRefusal(refusal: Refusal, challenge: Challenge): Answer {
  const code = problemFor(refusal);
  const { realm, scope, maxAgeSeconds } = challenge;
  if (code === "insufficient_scope") return answer(code, { realm, ...(scope !== undefined && { scope }) });
  if (code === "reauthentication_required" && maxAgeSeconds !== undefined) {
    return answer(code, { realm, maxAgeSeconds }, { max_age: maxAgeSeconds });
  }
  return answer(code, { realm });
}

/** The answer after a fault of ours: 500, and nothing of the fault in it. */
export const answerFault = (): Answer => answer("internal_error");

function answer(code: ProblemCode, challenge?: Challenge, extra: Readonly<Record<string, unknown>> = {}): Answer {
  const { status, bearerError } = problems[code];
  const isAboutToken = status === 401 || bearerError !== undefined;
  return {
    status,
    headers: {
      "Content-Type": problemMediaType,
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...(challenge && isAboutToken && { "WWW-Authenticate": bearerChallenge(code, challenge) }),
      ...(status === 503 && { "Retry-After": "1" }),
    },
    body: JSON.stringify(problemBody(code, extra)),
  };
}
