import { generalForm } from "./forms.ts";
import { judge, type SignatureVerdict } from "./judge.ts";
import type { GeneralJws } from "./jws.ts";
import { type Refused, refused } from "./jwsRefusal.ts";
import { type JwsVerifyOptions, verifyRules } from "./verifyOptions.ts";

/** `accept`: whether all signatures must hold, or any one of them. There is no default. */
export type GeneralVerifyOptions = JwsVerifyOptions & { readonly accept: "all" | "any" };

/** The payload, and what became of each signature in the order of the JWS; no list when the JWS as a whole is malformed. */
export type GeneralResult =
  | { readonly ok: true; readonly payload: Uint8Array; readonly signatures: readonly SignatureVerdict[] }
  | (Refused & { readonly signatures: readonly SignatureVerdict[] });

/**
 * Verifies a JWS in the general JSON serialization (RFC 7515 §7.2.1), as text or parsed. Anybody can take signatures
 * out of the list or repeat one: whoever needs certain signers looks for their keys in the result. Never throws for a
 * JWS; throws a TypeError for wrong options.
 */
export function verifyGeneral(jws: string | GeneralJws, options: GeneralVerifyOptions): GeneralResult {
  const rules = verifyRules("verifyGeneral", options, ["accept"]);
  const accept = Object.hasOwn(options, "accept") ? options.accept : undefined;
  if (accept !== "all" && accept !== "any") throw new TypeError('verifyGeneral: accept must be "all" or "any"');
  const judgement = judge(generalForm(jws, rules.maxBytes), rules);
  if ("ok" in judgement) return { ...judgement, signatures: [] };
  const { verdicts: signatures, payload } = judgement;
  const isAccepted = accept === "all" ? signatures.every(holds) : signatures.some(holds);
  if (isAccepted) return { ok: true, payload: payload(), signatures };
  const { refusal } = signatures.find((verdict) => !verdict.ok) ?? refused("malformed_token");
  return { ok: false, refusal, signatures };
}

const holds = ({ ok }: SignatureVerdict): boolean => ok;
