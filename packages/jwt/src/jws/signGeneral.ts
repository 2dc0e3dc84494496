import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { type ContentOptions, contentOf, contentOptions, payloadMember } from "./content.ts";
import { type GeneralJws, maxSignatures } from "./jws.ts";
import type { Payload } from "./payload.ts";
import { type JsonJwsSigner, jsonSignerOptions } from "./protect.ts";
import { signatureOver } from "./signatureOver.ts";

/** Who signs, 1 to 8 of them, and how the payload travels. */
export type GeneralSignOptions = ContentOptions & { readonly signers: readonly JsonJwsSigner[] };

/**
 * Signs any bytes for several signers in the general JSON serialization (RFC 7515 §7.2.1). Throws a TypeError for a key
 * that cannot sign, headers that no verifier would take, and an unencoded payload that is not UTF-8.
 */
export function signGeneral(payload: Payload, options: GeneralSignOptions): GeneralJws {
  const own = refuseUnknownOptions("signGeneral", options, ["signers", ...contentOptions]);
  const { signers } = own;
  if (!Array.isArray(signers) || signers.length < 1 || signers.length > maxSignatures) {
    throw new TypeError(`signGeneral: signers must be a list of 1 to ${maxSignatures} signers`);
  }
  const ownSigners = signers.map((signer) => refuseUnknownOptions("signGeneral", signer, jsonSignerOptions));
  const content = contentOf("signGeneral", payload, own);
  const member = payloadMember("signGeneral", content);
  return { ...member, signatures: ownSigners.map((signer) => signatureOver(content, signer, "signGeneral")) };
}
