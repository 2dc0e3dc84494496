/** Why a token is refused: a closed set, in about the order in which the checks run. */
export type RefusalCode =
  | "malformed_token"
  | "token_too_long"
  | "malformed_header"
  | "unsupported_critical"
  | "wrong_type"
  | "wrong_algorithm"
  | "unknown_key"
  | "bad_signature"
  | "malformed_payload"
  | "missing_claim"
  | "malformed_claim"
  | "wrong_issuer"
  | "wrong_audience"
  | "expired"
  | "not_yet_valid"
  | "issued_in_the_future"
  | "lifetime_too_long"
  | "claims_rejected"
  | "revoked";

/** A refusal is a value. Its message is fixed per code, so it never holds a token, a key or a claim's value. */
export type Refusal = { readonly code: RefusalCode; readonly message: string };

/** The refusal with a code. */
export const refusalOf = (code: RefusalCode): Refusal => refusals[code];

const messages: Readonly<Record<RefusalCode, string>> = {
  malformed_token: "the token is not three non-empty parts of canonical base64url",
  token_too_long: "the token is longer than the policy allows",
  malformed_header: "the header is not a JSON object with well-formed, unique members",
  unsupported_critical: "the header asks for extensions that this verifier does not have",
  wrong_type: "the token is of another type than the policy expects",
  wrong_algorithm: "the token's algorithm is not the one of the key",
  unknown_key: "no key fits the token",
  bad_signature: "the signature is not by the key",
  malformed_payload: "the payload is not a JSON object in UTF-8 with unique members",
  missing_claim: "a claim that the policy requires is missing",
  malformed_claim: "a registered claim has a value of the wrong kind",
  wrong_issuer: "the token is by another issuer",
  wrong_audience: "the token is for another audience",
  expired: "the token has expired",
  not_yet_valid: "the token is not valid yet",
  issued_in_the_future: "the token says it was issued in the future",
  lifetime_too_long: "the token lives longer than the policy allows",
  claims_rejected: "the claims do not have the shape that the policy's schema asks for",
  revoked: "the token has been revoked",
};

const refusals = Object.fromEntries(
  Object.entries(messages).map(([code, message]) => [code, Object.freeze({ code, message })]),
) as Readonly<Record<RefusalCode, Refusal>>;
