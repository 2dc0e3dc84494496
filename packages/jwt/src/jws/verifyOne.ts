import type { Form } from "./forms.ts";
import { judge, type VerifiedSignature } from "./judge.ts";
import { type JwsRefusalCode, type Refused, refused } from "./jwsRefusal.ts";
import type { VerifyRules } from "./verifyOptions.ts";

/** The payload, both headers and the key of a JWS with one signature that holds; or the refusal. */
export type OneResult = (VerifiedSignature & { readonly payload: Uint8Array }) | Refused;

/** Verifies a form that has exactly one signature. */
export function verifyOne(form: Form | JwsRefusalCode, rules: VerifyRules): OneResult {
  const judgement = judge(form, rules);
  if ("ok" in judgement) return judgement;
  const { verdicts, payload } = judgement;
  const [verdict = refused("malformed_token")] = verdicts;
  return verdict.ok ? { ...verdict, payload: payload() } : verdict;
}
