import { Buffer } from "node:buffer";
import { decodeBase64url } from "../encoding/base64url.ts";
import type { Form } from "./forms.ts";
import type { JwsRefusalCode } from "./jwsRefusal.ts";
import { byteString, bytesOf, fitsCompact } from "./payload.ts";
import type { VerifyRules } from "./verifyOptions.ts";

/** The payload as it goes into the signing input, one character per byte, and its bytes for after the verdict. */
export type SignedContent = { readonly input: string; readonly bytes: () => Uint8Array };

/** The payload of a form, or the caller's where it is detached (RFC 7515 §5.2 step 6, appendix F; RFC 7797 §3, §5). */
export function signedContent(form: Form, isEncoded: boolean, rules: VerifyRules): SignedContent | JwsRefusalCode {
  if (form.payload !== undefined) return isEncoded ? encoded(form.payload) : unencoded(form.payload, form.isCompact);
  const { detached, maxPayloadBytes } = rules;
  if (detached === undefined) return "malformed_payload";
  if (detached.length > maxPayloadBytes) return "token_too_long";
  const text = byteString(detached);
  if (text === undefined) return "malformed_payload";
  if (text.length > maxPayloadBytes) return "token_too_long";
  const input = isEncoded ? Buffer.from(text, "latin1").toString("base64url") : text;
  return { input, bytes: () => bytesOf(text) };
}

function encoded(segment: string): SignedContent | JwsRefusalCode {
  const decoded = decodeBase64url(segment);
  return decoded === undefined ? "malformed_payload" : { input: segment, bytes: () => new Uint8Array(decoded) };
}

function unencoded(written: string, isCompact: boolean): SignedContent | JwsRefusalCode {
  const text = isCompact && !fitsCompact(written) ? undefined : byteString(written);
  return text === undefined ? "malformed_payload" : { input: text, bytes: () => bytesOf(text) };
}
