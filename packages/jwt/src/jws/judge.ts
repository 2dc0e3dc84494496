import { Key, type VerificationKey } from "../keys/key.ts";
import { keysFor } from "../keys/keySource.ts";
import type { Form, SignatureForm } from "./forms.ts";
import { type Headers, readHeaders } from "./headers.ts";
import type { JwsHeader } from "./jws.ts";
import { type JwsRefusalCode, type Refused, refused } from "./jwsRefusal.ts";
import { type SignedContent, signedContent } from "./signedContent.ts";
import type { VerifyRules } from "./verifyOptions.ts";

/** A signature that holds. Nobody signed what is in `unprotectedHeader`. */
export type VerifiedSignature = {
  readonly ok: true;
  readonly protectedHeader: JwsHeader;
  readonly unprotectedHeader: JwsHeader;
  readonly key: VerificationKey;
};

/** What became of one signature. */
export type SignatureVerdict = VerifiedSignature | Refused;

/** What became of each signature, in the order of the JWS, and the payload that those which hold have signed. */
export type Judgement = { readonly verdicts: readonly SignatureVerdict[]; readonly payload: () => Uint8Array };

/** Judges each signature of a form (RFC 7515 §5.2), or refuses the whole for what all of them share. */
export function judge(form: Form | JwsRefusalCode, rules: VerifyRules): Judgement | Refused {
  if (typeof form === "string") return refused(form);
  if ((form.payload === undefined) === (rules.detached === undefined)) return refused("malformed_payload");
  const read = form.signatures.map((signature) => readHeaders(signature, rules));
  const readable = read.filter((headers) => typeof headers !== "string");
  const [first] = readable;
  if (first === undefined) return { verdicts: read.map((headers) => asRefused(headers)), payload: noPayload };
  // RFC 7797 §3: either all signatures are over the encoded payload or none is.
  if (readable.some(({ isEncoded }) => isEncoded !== first.isEncoded)) return refused("malformed_header");
  const content = signedContent(form, first.isEncoded, rules);
  if (typeof content === "string") return refused(content);
  const verdicts = form.signatures.map((signature, at) => verdictOn(signature, read[at], content, rules));
  return { verdicts, payload: content.bytes };
}

const noPayload = (): Uint8Array => new Uint8Array();

const asRefused = (headers: Headers | JwsRefusalCode | undefined): Refused =>
  refused(typeof headers === "string" ? headers : "malformed_header");

function verdictOn(
  { protectedSegment, signature }: SignatureForm,
  headers: Headers | JwsRefusalCode | undefined,
  { input }: SignedContent,
  { source }: VerifyRules,
): SignatureVerdict {
  if (headers === undefined || typeof headers === "string") return asRefused(headers);
  const keys = keysFor(source, headers.kid, headers.alg);
  if (typeof keys === "string") return refused(keys);
  const signed = `${protectedSegment}.${input}.${signature}`;
  const end = signed.length - signature.length - 1;
  const key = keys.find((each) => Key.materialOf<VerificationKey["kind"]>(each).check(signed, end));
  if (key === undefined) return refused("bad_signature");
  const { protectedHeader, unprotectedHeader } = headers;
  return { ok: true, protectedHeader, unprotectedHeader, key };
}
