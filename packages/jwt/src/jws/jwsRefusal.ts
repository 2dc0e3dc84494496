import { type Refusal, type RefusalCode, refusalOf } from "../refusal.ts";

/** Why a JWS is refused: those codes of a JWT that speak of form, header, key and signature. */
export type JwsRefusalCode = Extract<
  RefusalCode,
  | "malformed_token"
  | "token_too_long"
  | "malformed_header"
  | "unsupported_critical"
  | "wrong_type"
  | "wrong_algorithm"
  | "unknown_key"
  | "bad_signature"
  | "malformed_payload"
>;

/** A refusal as a value, with a message that is fixed per code. */
export type JwsRefusal = Refusal & { readonly code: JwsRefusalCode };

/** What is not accepted. */
export type Refused = { readonly ok: false; readonly refusal: JwsRefusal };

/** The verdict with a code. */
export const refused = (code: JwsRefusalCode): Refused => ({ ok: false, refusal: refusals[code] });

const refusal = (code: JwsRefusalCode, message: string = refusalOf(code).message): JwsRefusal =>
  Object.freeze({ code, message });

const refusals: Readonly<Record<JwsRefusalCode, JwsRefusal>> = {
  malformed_token: refusal(
    "malformed_token",
    "the JWS does not have the form of its serialization, in canonical base64url and with 1 to 8 signatures",
  ),
  token_too_long: refusal("token_too_long", "the JWS or its detached payload is longer than the options allow"),
  malformed_header: refusal(
    "malformed_header",
    "a header is not a JSON object of well-formed members, or a member is in two headers or differs between signatures",
  ),
  unsupported_critical: refusal(
    "unsupported_critical",
    "the header asks for extensions that the options do not allow, or does so without protection",
  ),
  wrong_type: refusal("wrong_type", "the JWS is of another type than the option typ expects"),
  wrong_algorithm: refusal("wrong_algorithm"),
  unknown_key: refusal("unknown_key"),
  bad_signature: refusal("bad_signature"),
  malformed_payload: refusal(
    "malformed_payload",
    "the payload is missing, is given beside the one in the JWS, or is not spelled as the header says",
  ),
};
