import { Buffer } from "node:buffer";
import { isCanonicalBase64url } from "../encoding/base64url.ts";
import { isJsonObject } from "../json/isJsonObject.ts";
import { type JsonObject, objectInText } from "../json/objectInSegment.ts";
import { maxSignatures } from "./jws.ts";
import type { JwsRefusalCode } from "./jwsRefusal.ts";

/** A JWS taken apart. Nothing in it has been decoded, but what must be base64url is known to be. */
export type Form = {
  readonly isCompact: boolean;
  /** As it is written; undefined when it is detached. */
  readonly payload: string | undefined;
  readonly signatures: readonly SignatureForm[];
};

/** One signature. `protectedSegment` is empty where there is no protected header. */
export type SignatureForm = {
  readonly protectedSegment: string;
  readonly unprotectedHeader: JsonObject;
  readonly signature: string;
};

type Read = Form | JwsRefusalCode;

/** `header.payload.signature`, or `header..signature` for a detached payload (RFC 7515 §7.1, appendix F). */
export function compactForm(jws: unknown, maxBytes: number): Read {
  if (typeof jws !== "string") return "malformed_token";
  if (jws.length > maxBytes) return "token_too_long";
  const headerEnd = jws.indexOf(".");
  const payloadEnd = jws.indexOf(".", headerEnd + 1);
  const protectedSegment = jws.slice(0, headerEnd);
  const signature = jws.slice(payloadEnd + 1);
  if (payloadEnd < 0 || !isSegment(protectedSegment) || !isSegment(signature)) {
    return "malformed_token";
  }
  const payload = jws.slice(headerEnd + 1, payloadEnd);
  const signatures = [{ protectedSegment, unprotectedHeader: noHeader, signature }];
  return { isCompact: true, payload: payload === "" ? undefined : payload, signatures };
}

/** The flattened JSON serialization (RFC 7515 §7.2.2): `signatures` must not be there. */
export function flattenedForm(jws: unknown, maxBytes: number): Read {
  const read = readObject(jws, maxBytes);
  if (typeof read === "string") return read;
  return Object.hasOwn(read, "signatures") ? "malformed_token" : jsonForm(read, [read]);
}

/** The general JSON serialization (RFC 7515 §7.2.1): what belongs to one signature must not be beside the list. */
export function generalForm(jws: unknown, maxBytes: number): Read {
  const read = readObject(jws, maxBytes);
  if (typeof read === "string") return read;
  const signatures: unknown = Object.hasOwn(read, "signatures") ? read.signatures : undefined;
  const isMixed = ["protected", "header", "signature"].some((name) => Object.hasOwn(read, name));
  if (isMixed || !Array.isArray(signatures) || signatures.length < 1 || signatures.length > maxSignatures) {
    return "malformed_token";
  }
  return jsonForm(read, signatures);
}

/** Further members are ignored, as the RFC asks. */
function jsonForm(jws: JsonObject, entries: readonly unknown[]): Read {
  const payload = Object.hasOwn(jws, "payload") ? jws.payload : undefined;
  const isPayloadText = typeof payload === "string" || !Object.hasOwn(jws, "payload");
  const signatures = entries.flatMap((entry) => signatureForm(entry) ?? []);
  if (!isPayloadText || signatures.length !== entries.length) return "malformed_token";
  return { isCompact: false, payload: typeof payload === "string" ? payload : undefined, signatures };
}

/** `protected` and `header` are there with something in them, or not there at all (RFC 7515 §7.2.1). */
function signatureForm(entry: unknown): SignatureForm | undefined {
  if (!isJsonObject(entry)) return undefined;
  const protectedSegment = Object.hasOwn(entry, "protected") ? entry.protected : undefined;
  const header = Object.hasOwn(entry, "header") ? entry.header : undefined;
  const signature = Object.hasOwn(entry, "signature") ? entry.signature : undefined;
  if (Object.hasOwn(entry, "protected") && !isSegment(protectedSegment)) return undefined;
  if (Object.hasOwn(entry, "header") && (!isJsonObject(header) || Object.keys(header).length === 0)) return undefined;
  if (!isSegment(signature)) return undefined;
  return {
    protectedSegment: isSegment(protectedSegment) ? protectedSegment : "",
    unprotectedHeader: isJsonObject(header) ? header : noHeader,
    signature,
  };
}

const isSegment = (value: unknown): value is string =>
  typeof value === "string" && value !== "" && isCanonicalBase64url(value);

const noHeader: JsonObject = Object.freeze({});

/** An object that is parsed already is read through its text, so that both spellings get the same checks. */
function readObject(jws: unknown, maxBytes: number): JsonObject | JwsRefusalCode {
  const text = typeof jws === "string" ? jws : textOf(jws);
  if (text === undefined) return "malformed_token";
  if (text.length > maxBytes || Buffer.byteLength(text, "utf8") > maxBytes) return "token_too_long";
  return objectInText(text) ?? "malformed_token";
}

/** Undefined for whatever JSON has no words for: circles, functions, getters that throw. */
function textOf(value: unknown): string | undefined {
  if (!isJsonObject(value)) return undefined;
  try {
    const text: unknown = JSON.stringify(value);
    return typeof text === "string" ? text : undefined;
  } catch {
    return undefined;
  }
}
