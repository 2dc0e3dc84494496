/** The public reasons for a refused request: one closed list for issuer and verifiers. */
export type ProblemCode =
  | "invalid_request"
  | "invalid_json"
  | "unsupported_media_type"
  | "payload_too_large"
  | "not_found"
  | "method_not_allowed"
  | "csrf_refused"
  | "conflicting_credentials"
  | "missing_token"
  | "invalid_token"
  | "insufficient_scope"
  | "insufficient_role"
  | "reauthentication_required"
  | "invalid_credentials"
  | "session_revoked"
  | "invalid_grant"
  | "invalid_link"
  | "invalid_client"
  | "rate_limited"
  | "stale_view"
  | "temporarily_unavailable"
  | "overloaded"
  | "internal_error";

/** One row: the HTTP status, a fixed human text, and the `error` of RFC 6750 section 3.1 or RFC 9470 section 3 if a bearer challenge names one. */
export type Problem = {
  readonly status: number;
  readonly title: string;
  readonly bearerError?:
    | "invalid_request"
    | "invalid_token"
    | "insufficient_scope"
    | "insufficient_user_authentication";
};

/** RFC 9457 section 3.1, with `code` as our extension member. */
export type ProblemBody = {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly [extension: string]: unknown;
};

/** Code to status and texts. A new code is a new row. */
export const problems: Readonly<Record<ProblemCode, Problem>> = {
  invalid_request: { status: 400, title: "The request is malformed", bearerError: "invalid_request" },
  invalid_json: { status: 400, title: "The body is not the JSON that was asked for" },
  unsupported_media_type: { status: 415, title: "The body's media type is not supported" },
  payload_too_large: { status: 413, title: "The body is too large" },
  not_found: { status: 404, title: "There is nothing here" },
  method_not_allowed: { status: 405, title: "The method is not allowed here" },
  csrf_refused: { status: 403, title: "The request comes from a place that may not send it" },
  conflicting_credentials: {
    status: 400,
    title: "The request carries more than one credential",
    bearerError: "invalid_request",
  },
  missing_token: { status: 401, title: "An access token is needed" },
  invalid_token: { status: 401, title: "The access token is not valid", bearerError: "invalid_token" },
  insufficient_scope: {
    status: 403,
    title: "The access token does not reach this far",
    bearerError: "insufficient_scope",
  },
  insufficient_role: { status: 403, title: "This is for people with another role" },
  reauthentication_required: {
    status: 401,
    title: "The person must prove anew who they are",
    bearerError: "insufficient_user_authentication",
  },
  invalid_credentials: { status: 401, title: "Email or password is wrong" },
  session_revoked: { status: 401, title: "The session has ended", bearerError: "invalid_token" },
  invalid_grant: { status: 401, title: "The refresh token is not valid" },
  invalid_link: { status: 400, title: "The link is not valid any more" },
  invalid_client: { status: 401, title: "The client's credentials are not valid" },
  rate_limited: { status: 429, title: "Too many attempts" },
  stale_view: { status: 503, title: "Revocations cannot be checked at the moment" },
  temporarily_unavailable: { status: 503, title: "This cannot be done at the moment" },
  overloaded: { status: 503, title: "Too much to do at the moment" },
  internal_error: { status: 500, title: "Something went wrong here" },
};

/** The media type of every body that `problemBody` makes. */
export const problemMediaType = "application/problem+json";

/** The body for a code. `extra` adds extension members and cannot replace ours. A private cause belongs in it only during development. */
export function problemBody(code: ProblemCode, extra: Readonly<Record<string, unknown>> = {}): ProblemBody {
  const { status, title } = problems[code];
  return { ...extra, type: "about:blank", title, status, code };
}

/**
 * The value of `WWW-Authenticate` for a code. `error` is left out where no credential was sent (RFC 6750 section 3.1), so
 * `missing_token` gets the bare challenge. `scope` says what a token must have (RFC 6750 section 3), `maxAgeSeconds` how fresh
 * an authentication must be (RFC 9470 section 3). Throws a TypeError for a realm that does not fit a quoted string.
 */
export function bearerChallenge(
  code: ProblemCode,
  {
    realm,
    scope,
    maxAgeSeconds,
  }: { readonly realm?: string; readonly scope?: string; readonly maxAgeSeconds?: number } = {},
): string {
  const { bearerError, title } = problems[code];
  const parameters: string[] = [];
  if (realm !== undefined) parameters.push(`realm=${quoted(realm)}`);
  if (bearerError !== undefined) {
    parameters.push(`error=${quoted(bearerError)}`, `error_description=${quoted(title)}`);
  }
  if (scope !== undefined) parameters.push(`scope=${quoted(scope)}`);
  if (maxAgeSeconds !== undefined) parameters.push(`max_age=${quoted(String(maxAgeSeconds))}`);
  return parameters.length === 0 ? "Bearer" : `Bearer ${parameters.join(", ")}`;
}

function quoted(text: string): string {
  if (!/^[\x20-\x7e]*$/.test(text)) throw new TypeError("bearerChallenge: a realm is printable ASCII");
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
