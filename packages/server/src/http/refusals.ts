import type { Limited } from "../signin/throttle/limits.ts";
import { type FieldError, fieldProblem, HttpProblem } from "./problem.ts";
import { rateLimitHeaders } from "./rateLimitHeaders.ts";

/** Why a flow did not do what was asked, as far as its caller may know. The exact cause is in the audit trail. */
export type Refusal =
  /** `triesLeft` is for pages: how many tries of this client cost no wait yet, where that is known. */
  | { readonly reason: "invalid_credentials"; readonly triesLeft?: number | undefined }
  | { readonly reason: "invalid_grant" }
  | { readonly reason: "invalid_link" }
  /** The caller's session, or the account, is not there any more. */
  | { readonly reason: "session_ended" }
  | { readonly reason: "unknown_session" }
  /** `why` is for programs, `advice` for people (NIST SP 800-63B-4 3.1.1.2). */
  | { readonly reason: "password_refused"; readonly why: string; readonly advice: string }
  | {
      readonly reason: "fields_refused";
      readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
    }
  | Omit<Limited, "admitted">;

/** The one place where a refusal becomes an answer. */
export function problemOfRefusal(refusal: Refusal): HttpProblem {
  switch (refusal.reason) {
    case "invalid_credentials":
    case "invalid_grant":
    case "invalid_link":
      return new HttpProblem(refusal.reason);
    case "session_ended":
      return new HttpProblem("invalid_token");
    case "unknown_session":
      return new HttpProblem("not_found");
    case "password_refused":
      return fieldProblem([{ field: "password", message: refusal.advice, reason: refusal.why }]);
    case "fields_refused":
      return fieldProblem(refusal.issues.slice(0, 10).map(fieldError));
    case "rate_limited":
      return new HttpProblem("rate_limited", { headers: rateLimitHeaders(refusal) });
  }
}

/** The value of an outcome. Throws the problem that its refusal becomes. */
export function accepted<T>(
  outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal },
): T {
  if (outcome.ok) return outcome.value;
  throw problemOfRefusal(outcome.refusal);
}

const fieldError = ({ path, message }: { path: readonly PropertyKey[]; message: string }): FieldError => ({
  field: ["fields", ...path.map(String)].join(".").slice(0, 200),
  message,
});
