import { flattenedForm } from "./forms.ts";
import type { FlattenedJws } from "./jws.ts";
import { type OneResult, verifyOne } from "./verifyOne.ts";
import { type JwsVerifyOptions, verifyRules } from "./verifyOptions.ts";

/** What `verifyFlattened` answers. Nobody signed what is in `unprotectedHeader`. */
export type FlattenedResult = OneResult;

/**
 * Verifies a JWS in the flattened JSON serialization (RFC 7515 §7.2.2), as text or parsed. Text is the safer of the two,
 * as whoever parsed it may have let duplicate members pass. Never throws for a JWS; throws a TypeError for wrong options.
 */
export function verifyFlattened(jws: string | FlattenedJws, options: JwsVerifyOptions): FlattenedResult {
  const rules = verifyRules("verifyFlattened", options);
  return verifyOne(flattenedForm(jws, rules.maxBytes), rules);
}
