import type { RefusalCode as JwtRefusalCode } from "@cardea/jwt";
import type { RefusalCode } from "@cardea/verifier";

/** The codes of `@cardea/jwt`. The compiler keeps both lists complete: a member that is missing or too many does not compile. */
export const jwtRefusalCodes: Readonly<Record<JwtRefusalCode, 0>> = {
  malformed_token: 0,
  token_too_long: 0,
  malformed_header: 0,
  unsupported_critical: 0,
  wrong_type: 0,
  wrong_algorithm: 0,
  unknown_key: 0,
  bad_signature: 0,
  malformed_payload: 0,
  missing_claim: 0,
  malformed_claim: 0,
  wrong_issuer: 0,
  wrong_audience: 0,
  expired: 0,
  not_yet_valid: 0,
  issued_in_the_future: 0,
  lifetime_too_long: 0,
  claims_rejected: 0,
  revoked: 0,
};

/** Those of `@cardea/verifier`, which adds to them. */
export const refusalCodes: Readonly<Record<RefusalCode, 0>> = {
  ...jwtRefusalCodes,
  inactive_token: 0,
  opaque_token: 0,
  missing_token: 0,
  invalid_request: 0,
  insufficient_scope: 0,
  insufficient_role: 0,
  authentication_too_old: 0,
  stale_view: 0,
  keys_unavailable: 0,
  introspection_unavailable: 0,
};
