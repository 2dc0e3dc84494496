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
  | "claims_rejected";

/** A refusal is a value. Its message is fixed per code, so it never holds a token, a key or a claim's value. */
export type Refusal = { readonly code: RefusalCode; readonly message: string };

/** The refusal with a code. */
export const refusalOf = (code: RefusalCode): Refusal => refusals[code];

const refusal = (code: RefusalCode, message: string): Refusal => Object.freeze({ code, message });

const refusals: Readonly<Record<RefusalCode, Refusal>> = {
  malformed_token: refusal("malformed_token", "the token is not three non-empty parts of canonical base64url"),
  token_too_long: refusal("token_too_long", "the token is longer than the policy allows"),
  malformed_header: refusal("malformed_header", "the header is not a JSON object with well-formed, unique members"),
  unsupported_critical: refusal(
    "unsupported_critical",
    "the header asks for extensions that this verifier does not have",
  ),
  wrong_type: refusal("wrong_type", "the token is of another type than the policy expects"),
  wrong_algorithm: refusal("wrong_algorithm", "the token's algorithm is not the one of the key"),
  unknown_key: refusal("unknown_key", "no key fits the token"),
  bad_signature: refusal("bad_signature", "the signature is not by the key"),
  malformed_payload: refusal("malformed_payload", "the payload is not a JSON object in UTF-8 with unique members"),
  missing_claim: refusal("missing_claim", "a claim that the policy requires is missing"),
  malformed_claim: refusal("malformed_claim", "a registered claim has a value of the wrong kind"),
  wrong_issuer: refusal("wrong_issuer", "the token is by another issuer"),
  wrong_audience: refusal("wrong_audience", "the token is for another audience"),
  expired: refusal("expired", "the token has expired"),
  not_yet_valid: refusal("not_yet_valid", "the token is not valid yet"),
  issued_in_the_future: refusal("issued_in_the_future", "the token says it was issued in the future"),
  lifetime_too_long: refusal("lifetime_too_long", "the token lives longer than the policy allows"),
  claims_rejected: refusal("claims_rejected", "the claims do not have the shape that the policy's schema asks for"),
};
