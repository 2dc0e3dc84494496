import type { RefusalCode as JwtRefusalCode } from "@cardea/jwt";
import type { AccessClaims } from "./accessClaims.ts";
import type { ProblemCode } from "./wire/problems.ts";

/** The answer about an access token: its claims, or the one reason against it. */
export type Verdict = Accepted | Refused;

/** The token is good, as far as `checked` says. */
export type Accepted = {
  readonly ok: true;
  readonly claims: AccessClaims;
  /** What the decision rests on: the signature alone, also the revocation view, an answer of the issuer, or the issuer's own store. */
  readonly checked: "signature" | "view" | "introspection" | "store";
  /** Age in milliseconds of what was known about revocations; 0 where nothing older than the question was used. */
  readonly stalenessMs: number;
};

/** The token is refused. The refusal is for logs and developers; `problemFor` gives the public reason. */
export type Refused = { readonly ok: false; readonly refusal: Refusal };

/** Why a token is refused. `message` is a fixed text per code: it never holds a token, a key or a claim's value. */
export type Refusal = { readonly code: RefusalCode; readonly message: string };

/** All causes: those of the JWT itself and those that only a verifier of access tokens knows. */
export type RefusalCode = JwtRefusalCode | VerifierRefusalCode;

/** The causes that this package adds to those of `@cardea/jwt`. */
export type VerifierRefusalCode =
  | "missing_token"
  | "invalid_request"
  | "revoked"
  | "stale_view"
  | "opaque_token"
  | "inactive_token"
  | "introspection_unavailable"
  | "keys_unavailable"
  | "insufficient_scope"
  | "insufficient_role"
  | "authentication_too_old";

/** The refused verdict for a code. */
export function refused(code: keyof typeof messages): Refused {
  return { ok: false, refusal: { code, message: messages[code] } };
}

/** The public reason for a refusal. Whatever is wrong with a token is `invalid_token`; what is wrong with us is a 503, never a 401; a good token that does not suffice is a 403 or a step-up. */
export function problemFor({ code }: Refusal): ProblemCode {
  switch (code) {
    case "missing_token":
    case "invalid_request":
    case "stale_view":
    case "insufficient_scope":
    case "insufficient_role":
      return code;
    case "authentication_too_old":
      return "reauthentication_required";
    case "keys_unavailable":
    case "introspection_unavailable":
      return "temporarily_unavailable";
    default:
      return "invalid_token";
  }
}

const messages: Readonly<
  Record<
    | VerifierRefusalCode
    | "malformed_token"
    | "wrong_type"
    | "malformed_claim"
    | "wrong_issuer"
    | "wrong_audience"
    | "expired"
    | "token_too_long",
    string
  >
> = {
  missing_token: "the request carries no bearer token",
  invalid_request: "the request carries more than one credential",
  malformed_token: "the bearer credential is not a token",
  revoked: "the token has been revoked",
  stale_view: "the revocation view is older than maxStaleness, so the token cannot be judged",
  opaque_token: 'the token is opaque; only authenticate() with opaqueTokens: "introspect" can judge it',
  inactive_token: "the issuer says that the token is not active",
  introspection_unavailable: "the issuer could not be asked about the token",
  keys_unavailable: "no verification keys could be loaded",
  insufficient_scope: "the token lacks a scope that the route asks for",
  insufficient_role: "the token names none of the roles that the route asks for",
  authentication_too_old: "the person proved too long ago who they are",
  wrong_type: "the token is not an access token that its bearer may use",
  malformed_claim: "a claim is not of the type that an access token needs",
  wrong_issuer: "the token is from another issuer",
  wrong_audience: "the token is for another audience",
  expired: "the token has expired",
  token_too_long: "the token is longer than allowed",
};
