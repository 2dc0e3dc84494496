/** A person as they see themselves, as the issuer writes it. */
export type User<Fields = Readonly<Record<string, unknown>>> = {
  readonly id: string;
  readonly email: string;
  readonly email_verified: boolean;
  readonly roles: readonly string[];
  /** The application's own fields; an account may be older than one of them. */
  readonly fields: Partial<Fields>;
  /** RFC 3339. */
  readonly created_at: string;
};

/** One of a person's sessions; instants are RFC 3339 texts. */
export type OwnSession = {
  readonly id: string;
  /** The one that asked. */
  readonly current: boolean;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
  readonly authenticated_at: string;
  readonly amr: readonly string[];
  readonly transport: "bearer" | "cookie";
  /** Such as "Firefox on Linux". */
  readonly device: string;
  readonly user_agent: string;
  readonly address: string | null;
};

/** What every access token says (RFC 9068 2.2), beside the application's own claims; times are seconds since the epoch. */
export type RegisteredClaims = {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly client_id: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly sid: string;
  readonly auth_time: number;
  readonly amr: readonly string[];
};

/** What `GET /me` answers: claims that the issuer has just judged. `session` is null if it has ended. */
export type Me<Claims = Readonly<Record<string, unknown>>, Fields = Readonly<Record<string, unknown>>> = {
  readonly user: User<Fields>;
  readonly session: OwnSession | null;
  readonly claims: Readonly<RegisteredClaims & Claims>;
};

/** Why something was refused: the issuer's codes, and two of the client's own. */
export type ErrorCode =
  /** No answer came: no network, or too slow. */
  | "network_failure"
  /** What answered is not the issuer, or not as it should be. */
  | "unexpected_answer"
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

/** What went wrong. Holds no token and no password. */
export type ClientError = {
  readonly code: ErrorCode;
  /** The HTTP status; none where nothing answered. */
  readonly status?: number | undefined;
  /** A text for developers. */
  readonly detail?: string | undefined;
  /** Which fields were not taken, and why; `reason` for a password. */
  readonly errors?:
    | readonly { readonly field: string; readonly message: string; readonly reason?: string }[]
    | undefined;
  /** In how many seconds to try again. */
  readonly retryAfterSeconds?: number | undefined;
};

/** Either data or an error. */
export type Result<Data> =
  | { readonly data: Data; readonly error?: undefined }
  | { readonly data?: undefined; readonly error: ClientError };

/** What ended. */
export type Ended = {
  /** `Revocation-Position`: a service that is sent this header along with a request waits until it knows of the ending. */
  readonly position?: string | undefined;
};
