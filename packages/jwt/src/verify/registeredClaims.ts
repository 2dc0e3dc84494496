import type { Claims } from "../claims.ts";

/** The registered claims of RFC 7519 §4.1, each undefined where it is absent. */
export type RegisteredClaims = {
  readonly iss?: string | undefined;
  readonly sub?: string | undefined;
  readonly aud?: Claims["aud"] | undefined;
  readonly exp?: number | undefined;
  readonly nbf?: number | undefined;
  readonly iat?: number | undefined;
  readonly jti?: string | undefined;
};

/**
 * The registered claims that are there, or undefined when one is not of the type that RFC 7519 §4.1 gives it. Only
 * members of the object's own count, never what a polluted prototype lends it. A member that is undefined is absent as
 * well: it never comes from JSON and never goes into it.
 */
export function registeredClaims(payload: Readonly<Record<string, unknown>>): RegisteredClaims | undefined {
  const { iss, sub, aud, exp, nbf, iat, jti } = inheritsNoClaims(payload) ? payload : ownMembers(payload);
  const areTexts = isTextOrAbsent(iss) && isTextOrAbsent(sub) && isTextOrAbsent(jti);
  const areDates = isDateOrAbsent(exp) && isDateOrAbsent(nbf) && isDateOrAbsent(iat);
  return areTexts && areDates && isAudienceOrAbsent(aud) ? { iss, sub, aud, exp, nbf, iat, jti } : undefined;
}

/**
 * Whether what is read from an object is its own. To ask that of the prototype costs a compiled function nothing, while
 * `Object.hasOwn` is a call for each name.
 */
const inheritsNoClaims = (payload: object): boolean =>
  Object.getPrototypeOf(payload) === Object.prototype &&
  !(
    "iss" in bare ||
    "sub" in bare ||
    "aud" in bare ||
    "exp" in bare ||
    "nbf" in bare ||
    "iat" in bare ||
    "jti" in bare
  );

/** Has what every object inherits, and nothing else. */
const bare: object = Object.freeze({});

const ownMembers = (payload: object): Readonly<Record<string, unknown>> => ({ __proto__: null, ...payload });

/** Seconds since the epoch (RFC 7519 §2): finite, not negative, and small enough to be exact. `1e999` is not one. */
export const isNumericDate = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;

const isDateOrAbsent = (value: unknown): value is number | undefined => value === undefined || isNumericDate(value);

const isTextOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === "string";

const isAudienceOrAbsent = (value: unknown): value is Claims["aud"] | undefined =>
  isTextOrAbsent(value) || (Array.isArray(value) && value.every((one) => typeof one === "string"));
