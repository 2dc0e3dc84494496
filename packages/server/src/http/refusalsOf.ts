import type { ProblemCode } from "@cardea/verifier/wire";
import type { Route } from "./route.ts";

/** Every problem code that a route may answer: its own, and those that follow from its guard, its class and its body. */
export const refusalsOf = (
  route: Pick<Route, "refusals" | "guard" | "csrf" | "fresh" | "scope" | "body">,
): readonly ProblemCode[] => [
  ...new Set([
    ...route.refusals,
    ...byGuard[route.guard],
    ...(route.csrf === "same-origin" ? (["csrf_refused", "conflicting_credentials"] as const) : []),
    ...(route.scope === undefined ? [] : (["insufficient_scope"] as const)),
    ...(route.fresh === undefined ? [] : (["reauthentication_required"] as const)),
    ...(route.body === "none" ? [] : byBody[route.body.type]),
    ...always,
  ]),
];

const byGuard: Readonly<Record<Route["guard"], readonly ProblemCode[]>> = {
  public: [],
  bearer: ["missing_token", "invalid_token", "conflicting_credentials", "stale_view"],
  service: ["invalid_client"],
};

const badBody = ["invalid_request", "unsupported_media_type", "payload_too_large"] as const;

const byBody: Readonly<Record<"application/json" | "application/x-www-form-urlencoded", readonly ProblemCode[]>> = {
  "application/json": ["invalid_json", ...badBody],
  "application/x-www-form-urlencoded": badBody,
};

/** A fault, or a store that is too busy. */
const always = ["temporarily_unavailable", "internal_error"] as const;
