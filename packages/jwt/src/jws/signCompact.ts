import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { type Content, type ContentOptions, contentOf, contentOptions } from "./content.ts";
import { fitsCompact, type Payload } from "./payload.ts";
import { type JwsSigner, signerOptions } from "./protect.ts";
import { signatureOver } from "./signatureOver.ts";

/** Who signs, with which header, and how the payload travels. */
export type CompactSignOptions = JwsSigner & ContentOptions;

/**
 * Signs any bytes in the compact serialization (RFC 7515 §7.1). The key's algorithm and kid go into the header. Throws a
 * TypeError for a key that cannot sign, a header that no verifier would take, and a payload that this form cannot carry.
 */
export function signCompact(payload: Payload, options: CompactSignOptions): string {
  const own = refuseUnknownOptions("signCompact", options, [...signerOptions, ...contentOptions]);
  const content = contentOf("signCompact", payload, own);
  if (!content.isDetached) checkFits(content);
  const { protected: header = "", signature } = signatureOver(content, own, "signCompact");
  return `${header}.${content.isDetached ? "" : content.input}.${signature}`;
}

/** Without its payload a compact JWS is a detached one, so an empty payload cannot be told from none. */
function checkFits({ text, isEncoded }: Content): void {
  if (text === "") throw new TypeError("signCompact: an empty payload must be detached; pass detached: true");
  if (isEncoded || fitsCompact(text)) return;
  throw new TypeError("signCompact: only printable ASCII without dots travels unencoded; pass detached: true");
}
