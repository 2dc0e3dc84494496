import { accepted, type Refusal } from "../refusals.ts";

/** Thrown where somebody is not signed in any more, although what their browser holds still looks so; they sign in anew. */
export class SessionOver extends Error {
  override readonly name = "SessionOver";
}

/** The value of an outcome. Throws `SessionOver`, or the problem that another refusal becomes. */
export function done<T>(
  outcome: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal },
): T {
  if (!outcome.ok && outcome.refusal.reason === "session_ended") throw new SessionOver();
  return accepted(outcome);
}
