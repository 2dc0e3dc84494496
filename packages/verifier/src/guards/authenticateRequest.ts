import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import type { Route, RouteOptions } from "../route.ts";
import { type Accepted, refused } from "../verdict.ts";
import { readBearer } from "../wire/bearer.ts";
import { type Answer, answerRefusal } from "./reject.ts";

/** What a guard may be told per route. */
export type GuardOptions = RouteOptions & {
  /** Lets a request without a token pass as anonymous. A bad token is refused all the same. */
  readonly optional?: boolean;
};

/** What guards need of a verifier. */
export type Guardian = {
  readonly route: (options?: RouteOptions) => Pick<Route, "authenticate" | "challenge">;
};

/** A request that passes, with its token unless it is anonymous; or what it is answered with. */
export type Outcome =
  | { readonly passes: true; readonly auth: Accepted | undefined }
  | { readonly passes: false; readonly answer: Answer };

/** Judges a request by its `Authorization`: one value, all values, or none; and by its `Revocation-Position`, if it has one. */
export type AuthenticateRequest = (
  authorization: string | readonly string[] | undefined,
  position?: string | undefined,
) => Promise<Outcome>;

/**
 * The core of every guard. A fault of ours rejects, always with an Error: `next(undefined)` and `next("route")`
 * would let a request pass in Express. Throws a TypeError for options that cannot work.
 */
export function createRequestJudge(verifier: Guardian, options: GuardOptions = {}): AuthenticateRequest {
  refuseUnknownOptions("guard", options, ["optional", "scopes", "roles", "maxAge", "fresh", "whenStale"]);
  const { optional = false, ...asked } = options;
  assertOptional(optional, asked);
  const { authenticate, challenge } = verifier.route(asked);
  return async (authorization, position) => {
    const { token, refusal } = readBearer(authorization);
    if (refusal === "missing_token" && optional) return { passes: true, auth: undefined };
    const verdict = token === undefined ? refused(refusal) : await withErrors(() => authenticate(token, { position }));
    if (verdict.ok) return { passes: true, auth: verdict };
    return { passes: false, answer: answerRefusal(verdict.refusal, challenge) };
  };
}

/** Whoever comes without a token would pass by what is demanded of those who have one. */
function assertOptional(optional: boolean, { scopes, roles, maxAge }: RouteOptions): void {
  if (typeof optional !== "boolean") throw new TypeError("guard: optional must be true or false");
  if (optional && (scopes ?? roles ?? maxAge) !== undefined) {
    throw new TypeError("guard: an optional token cannot be asked for scopes, roles or maxAge");
  }
}

async function withErrors(authenticate: () => ReturnType<Route["authenticate"]>): ReturnType<Route["authenticate"]> {
  try {
    return await authenticate();
  } catch (fault) {
    throw fault instanceof Error ? fault : new Error("verifier: the guard failed", { cause: fault });
  }
}
