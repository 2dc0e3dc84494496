import type { VerificationKey } from "../keys/key.ts";
import { compactForm } from "./forms.ts";
import type { JwsHeader } from "./jws.ts";
import type { Refused } from "./jwsRefusal.ts";
import { verifyOne } from "./verifyOne.ts";
import { type JwsVerifyOptions, verifyRules } from "./verifyOptions.ts";

/** Payload and header of a compact JWS whose signature holds, and the key that signed it; or the first refusal. */
export type CompactResult =
  | {
      readonly ok: true;
      readonly payload: Uint8Array;
      readonly header: JwsHeader;
      readonly key: VerificationKey;
    }
  | Refused;

/**
 * Verifies a JWS in the compact serialization (RFC 7515 §7.1). Never throws for a JWS, whatever it is; throws a
 * TypeError for wrong options. Nothing in a payload is looked at: for a JWT use `verify` of `@cardea/jwt`.
 */
export function verifyCompact(jws: string, options: JwsVerifyOptions): CompactResult {
  const rules = verifyRules("verifyCompact", options);
  const result = verifyOne(compactForm(jws, rules.maxBytes), rules);
  if (!result.ok) return result;
  const { payload, protectedHeader, key } = result;
  return { ok: true, payload, header: protectedHeader, key };
}
