import { isJsonObject } from "../json/isJsonObject.ts";
import { registeredClaims } from "../verify/registeredClaims.ts";

/**
 * Throws a TypeError for claims that no verifier would take: not an object, or a registered claim (RFC 7519 §4.1) of
 * the wrong type, such as `exp` as a Date or in a string. JSON would turn NaN into null, and a `toJSON` (a Date has
 * one) into anything.
 */
export function checkClaims(claims: unknown): void {
  if (!isJsonObject(claims)) throw new TypeError("sign: claims must be an object");
  if (typeof claims.toJSON === "function") throw new TypeError("sign: claims with a toJSON would be signed unchecked");
  const registered = registeredClaims(claims);
  if (registered === undefined) {
    throw new TypeError("sign: iss, sub and jti are strings, aud is one or several, exp, nbf and iat are seconds");
  }
  const { iat = 0, exp = iat } = registered;
  if (exp < iat) throw new TypeError("sign: exp must not be before iat");
}
