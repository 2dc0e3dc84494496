import { readBearer } from "@cardea/verifier/wire";
import { type CookieNames, readCookie } from "./cookies.ts";
import { HttpProblem } from "./problem.ts";

/** An access token, and how it came. */
export type Credential = { readonly token: string; readonly via: "bearer" | "cookie" };

/**
 * The one access token of a request: in `Authorization: Bearer` (RFC 6750 2.1), or in our cookie. Nowhere else: not in the query,
 * not in a body. Another scheme of `Authorization` is no token. Throws `HttpProblem`: 401 for none and for what cannot be one,
 * 400 for two that differ, so that nobody is taken for somebody else.
 */
export function accessCredential(request: Request, names: CookieNames): Credential {
  const inCookie = readCookie(request, names.access);
  const bearer = readBearer(request.headers.get("authorization") ?? undefined);
  if (bearer.refusal === "invalid_request") throw conflict("More than one credential is in Authorization.");
  if (bearer.refusal === "malformed_token") throw new HttpProblem("invalid_token");
  if (bearer.token === undefined) {
    if (inCookie === undefined) throw new HttpProblem("missing_token");
    return { token: inCookie, via: "cookie" };
  }
  if (inCookie !== undefined && inCookie !== bearer.token) {
    throw conflict("Authorization and the cookie hold different access tokens. Send one of them.");
  }
  return { token: bearer.token, via: "bearer" };
}

/**
 * The one refresh token of a request: in its body, or in our cookie, never in both. Throws `HttpProblem`. What was in the one may
 * not come back in the other: `Session.transport` says where a refresh token belongs.
 */
export function refreshCredential(request: Request, inBody: string | undefined, names: CookieNames): Credential {
  const inCookie = readCookie(request, names.refresh);
  if (inBody !== undefined && inCookie !== undefined) {
    throw conflict("Body and cookie hold a refresh token each. Send one of them.");
  }
  if (inBody !== undefined) return { token: inBody, via: "bearer" };
  if (inCookie !== undefined) return { token: inCookie, via: "cookie" };
  throw new HttpProblem("invalid_request", {
    detail: "Send refresh_token in the body, or the cookie that sign-in has set.",
  });
}

const conflict = (detail: string): HttpProblem => new HttpProblem("conflicting_credentials", { detail });
