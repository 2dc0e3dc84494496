import { encodeBase64url } from "../encoding/base64url.ts";
import { byteString, bytesOf, checkPayload, type Payload } from "./payload.ts";

/** How the payload goes into the signature, and whether it goes along. */
export type ContentOptions = {
  /** Leaves the payload out of the JWS; it reaches the verifier by another way (RFC 7515, appendix F). */
  readonly detached?: boolean;
  /** Signs the payload as it is, not its base64url (RFC 7797). */
  readonly unencoded?: boolean;
};

/** The names of those options. */
export const contentOptions: readonly string[] = ["detached", "unencoded"];

/** A payload ready to be signed: `text` is its bytes, `input` what goes into the signing input, one character per byte. */
export type Content = {
  readonly text: string;
  readonly input: string;
  readonly isEncoded: boolean;
  readonly isDetached: boolean;
};

/** Throws a TypeError that begins with `caller` for a payload or an option of the wrong kind. */
export function contentOf(caller: string, payload: Payload, options: ContentOptions): Content {
  const { detached = false, unencoded = false } = options;
  checkPayload(caller, payload);
  if (typeof detached !== "boolean" || typeof unencoded !== "boolean") {
    throw new TypeError(`${caller}: detached and unencoded are true or false`);
  }
  const text = byteString(payload);
  if (text === undefined) throw new TypeError(`${caller}: the payload has half a surrogate pair; pass its bytes`);
  const input = unencoded ? text : encodeBase64url(bytesOf(text));
  return { text, input, isEncoded: !unencoded, isDetached: detached };
}

/** The member `payload` of a JWS in JSON; throws a TypeError for bytes that JSON cannot carry as they are. */
export function payloadMember(caller: string, content: Content): { readonly payload?: string } {
  if (content.isDetached) return {};
  if (content.isEncoded) return { payload: content.input };
  try {
    return { payload: strictUtf8.decode(bytesOf(content.text)) };
  } catch {
    throw new TypeError(`${caller}: an unencoded payload in JSON must be UTF-8; encode it, or pass detached: true`);
  }
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
