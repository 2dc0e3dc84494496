import type { RefusalCode } from "@cardea/jwt";

/** The compiler keeps this complete: a code that is missing or too many does not compile. */
export const refusalCodes: Readonly<Record<RefusalCode, true>> = {
  malformed_token: true,
  token_too_long: true,
  malformed_header: true,
  unsupported_critical: true,
  wrong_type: true,
  wrong_algorithm: true,
  unknown_key: true,
  bad_signature: true,
  malformed_payload: true,
  missing_claim: true,
  malformed_claim: true,
  wrong_issuer: true,
  wrong_audience: true,
  expired: true,
  not_yet_valid: true,
  issued_in_the_future: true,
  lifetime_too_long: true,
  claims_rejected: true,
  revoked: true,
};
