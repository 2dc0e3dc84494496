import { ok, type Result, refuse } from "../../refusal.ts";

declare const accepted: unique symbol;

/** A password in the form that is hashed and compared. */
export type AcceptablePassword = string & { readonly [accepted]: true };

/** Why a text is refused as a password for its form alone; the policy has more reasons. */
export type MalformedPassword = "password_too_short" | "password_too_long" | "password_malformed";

/** Bounds in code points (NIST SP 800-63B-4 3.1.1.2 counts code points, not UTF-16 units). */
export const passwordLength = { min: 8, max: 256 } as const;

/** Checks the form of a new password: at least 8 code points, or `min`, and what holds for every password. No composition rules. */
export function acceptPassword(
  input: string,
  min: number = passwordLength.min,
): Result<AcceptablePassword, MalformedPassword> {
  const presented = presentedPassword(input);
  if (!presented.ok) return presented;
  return codePoints(presented.value) < min ? refuse("password_too_short") : presented;
}

/**
 * A password as somebody signs in with it: NFC (NIST SP 800-63B-4 3.1.1.2), otherwise exactly as typed: no trimming, no cutting.
 * Lone surrogates are refused: in UTF-8 they would all become one character. At most 256 code points, so that hashing stays bounded.
 */
export function presentedPassword(input: string): Result<AcceptablePassword, MalformedPassword> {
  if (!input.isWellFormed()) return refuse("password_malformed");
  const normal = input.normalize("NFC");
  return codePoints(normal) > passwordLength.max ? refuse("password_too_long") : ok(normal as AcceptablePassword);
}

const codePoints = (text: string): number => [...text].length;
