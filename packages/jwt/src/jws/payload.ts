import { Buffer } from "node:buffer";

/** Any bytes, or a text that stands for its UTF-8 form. */
export type Payload = Uint8Array | string;

/** Bytes as a string with one character per byte, which is what keys sign. Undefined for a text that has no UTF-8 form. */
export function byteString(payload: Payload): string | undefined {
  if (typeof payload !== "string") return Buffer.from(payload).toString("latin1");
  return payload.isWellFormed() ? Buffer.from(payload, "utf8").toString("latin1") : undefined;
}

/** The bytes of such a string, in memory of their own. */
export const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

/** Throws a TypeError that begins with `caller` unless a value can be a payload. */
export function checkPayload(caller: string, payload: unknown): asserts payload is Payload {
  if (typeof payload === "string" || payload instanceof Uint8Array) return;
  throw new TypeError(`${caller}: the payload must be a Uint8Array or a string`);
}

/** Whether a compact JWS can carry a payload unencoded (RFC 7797 §5.2): printable ASCII without the dot. */
export const fitsCompact = (text: string): boolean => /^[\x20-\x2d\x2f-\x7e]+$/.test(text);
