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
  const iss = Object.hasOwn(payload, "iss") ? payload.iss : undefined;
  const sub = Object.hasOwn(payload, "sub") ? payload.sub : undefined;
  const aud = Object.hasOwn(payload, "aud") ? payload.aud : undefined;
  const exp = Object.hasOwn(payload, "exp") ? payload.exp : undefined;
  const nbf = Object.hasOwn(payload, "nbf") ? payload.nbf : undefined;
  const iat = Object.hasOwn(payload, "iat") ? payload.iat : undefined;
  const jti = Object.hasOwn(payload, "jti") ? payload.jti : undefined;
  const areTexts = isTextOrAbsent(iss) && isTextOrAbsent(sub) && isTextOrAbsent(jti);
  const areDates = isDateOrAbsent(exp) && isDateOrAbsent(nbf) && isDateOrAbsent(iat);
  return areTexts && areDates && isAudienceOrAbsent(aud) ? { iss, sub, aud, exp, nbf, iat, jti } : undefined;
}

/** Seconds since the epoch (RFC 7519 §2): finite, not negative, and small enough to be exact. `1e999` is not one. */
export const isNumericDate = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;

const isDateOrAbsent = (value: unknown): value is number | undefined => value === undefined || isNumericDate(value);

const isTextOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === "string";

const isAudienceOrAbsent = (value: unknown): value is Claims["aud"] | undefined =>
  isTextOrAbsent(value) || (Array.isArray(value) && value.every((one) => typeof one === "string"));
