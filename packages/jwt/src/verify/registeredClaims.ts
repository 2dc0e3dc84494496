import type { Claims } from "../claims.ts";

/** Whether each registered claim that is there has the type that RFC 7519 §4.1 gives it. */
export const hasTypedClaims = (claims: Readonly<Record<string, unknown>>): claims is Claims =>
  isAbsentOr(claims, "iss", isString) &&
  isAbsentOr(claims, "sub", isString) &&
  isAbsentOr(claims, "aud", isAudience) &&
  isAbsentOr(claims, "exp", isNumericDate) &&
  isAbsentOr(claims, "nbf", isNumericDate) &&
  isAbsentOr(claims, "iat", isNumericDate) &&
  isAbsentOr(claims, "jti", isString);

/** Seconds since the epoch (RFC 7519 §2): finite, not negative, and small enough to be exact. `1e999` is not one. */
export const isNumericDate = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;

/** A member that is undefined is absent as well: it never comes from JSON and never goes into it. */
function isAbsentOr(
  claims: Readonly<Record<string, unknown>>,
  name: string,
  isType: (value: unknown) => boolean,
): boolean {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return value === undefined || isType(value);
}

const isString = (value: unknown): boolean => typeof value === "string";

const isAudience = (value: unknown): boolean => isString(value) || (Array.isArray(value) && value.every(isString));
