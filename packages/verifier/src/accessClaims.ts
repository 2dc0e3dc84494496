import { isRecord } from "./isRecord.ts";
import { isPos } from "./wire/position.ts";

declare const proof: unique symbol;

/** The claims of an access token (RFC 9068 section 2.2) that a verifier found valid. Deeply frozen, and made nowhere else. */
export type AccessClaims = {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  /** NumericDate: seconds since the epoch. */
  readonly exp: number;
  readonly iat: number;
  readonly jti: string;
  /** The session that the token grew from. */
  readonly sid?: string;
  readonly client_id?: string;
  readonly tid?: string;
  /** Position of the revocation log that the token vouches for. */
  readonly rvp?: number;
  readonly auth_time?: number;
  readonly amr?: readonly string[];
  readonly scope?: string;
  readonly email?: string;
  readonly roles?: readonly string[];
  readonly [name: string]: unknown;
  readonly [proof]: "access";
};

/**
 * Checks the type of every claim that this package reads or declares; undefined if one is wrong. The caller has proven where the
 * claims come from: a signature, or the issuer's own answer.
 */
export function readAccessClaims(claims: Readonly<Record<string, unknown>>): AccessClaims | undefined {
  for (const [name, isValid] of required) {
    if (!Object.hasOwn(claims, name) || !isValid(claims[name])) return undefined;
  }
  for (const [name, isValid] of optional) {
    if (Object.hasOwn(claims, name) && !isValid(claims[name])) return undefined;
  }
  return deepFreeze(claims) as AccessClaims;
}

/**
 * For an issuer, out of the JSON that it made itself, where no signature is needed. Throws a TypeError if they are not the claims
 * of an access token, and a SyntaxError for what is no JSON: then the issuer, not the caller's token, is broken.
 */
export function parsedClaims(json: string): AccessClaims {
  const claims: unknown = JSON.parse(json);
  const valid = isRecord(claims) ? readAccessClaims(claims) : undefined;
  if (valid === undefined) throw new TypeError("parsedClaims: a claim is missing or of the wrong type");
  return valid;
}

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string" && value !== "";
const isTexts: Check = (value) => Array.isArray(value) && value.every((item) => typeof item === "string");
const isDate: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isAudience: Check = (value) => isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));

/** An empty `jti` or `sub` could never be revoked, so texts are not empty. */
const required: readonly (readonly [name: string, isValid: Check])[] = Object.entries({
  iss: isText,
  sub: isText,
  aud: isAudience,
  exp: isDate,
  iat: isDate,
  jti: isText,
});

const optional: typeof required = Object.entries({
  sid: isText,
  client_id: isText,
  tid: isText,
  rvp: isPos,
  auth_time: isDate,
  amr: isTexts,
  scope: (value) => typeof value === "string",
  email: isText,
  roles: isTexts,
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}
