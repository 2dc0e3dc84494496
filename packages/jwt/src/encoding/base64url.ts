import { Buffer } from "node:buffer";
import { countQuotes } from "./countQuotes.ts";
import { octets } from "./octets.ts";

/** Base64url without padding (RFC 7515 §2) of bytes, or of the UTF-8 form of a text. */
export function encodeBase64url(data: Uint8Array | string): string {
  if (typeof data !== "string") {
    return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64url");
  }
  if (data.length * 3 > scratch.length) return Buffer.from(data, "utf8").toString("base64url");
  return octets(scratch).base64urlSlice(0, octets(scratch).utf8Write(data, 0, scratch.length));
}

/** The number of characters that `bytes` bytes have in base64url without padding. */
export const base64urlLength = (bytes: number): number => Math.ceil((bytes * 4) / 3);

/**
 * Whether a segment is the one base64url spelling of its bytes. Node's decoder skips junk, takes `+`, `/`, padding and
 * stray low bits, and cuts UTF-16 to 8 bits (U+0176 reads as `v`). What it decoded must therefore encode to exactly
 * the same text again, which is also faster than looking at each character.
 */
export function isCanonicalBase64url(segment: string): boolean {
  if (segment.length < 64) return isCanonicalShort(segment, 0);
  const target = scratchFor(segment);
  return target.toString("base64url", 0, target.write(segment, 0, "base64url")) === segment;
}

/** The same of what begins at `start`. */
export const isCanonicalTail = (text: string, start: number): boolean =>
  text.length - start < 64 ? isCanonicalShort(text, start) : isCanonicalBase64url(text.slice(start));

/** A look at each character, which is faster for a short segment such as an HMAC. */
function isCanonicalShort(text: string, start: number): boolean {
  const length = text.length - start;
  let seen = 0;
  let last = 0;
  for (let at = start; at < text.length; at++) seen |= last = digitOf(text.charCodeAt(at));
  return seen < 64 && length % 4 !== 1 && (last & (unusedBits[length % 4] ?? 0)) === 0;
}

/** The value of a character, or 64. */
const digitOf = (code: number): number => (code < 128 ? (digits[code] ?? 64) : 64);

const digits = new Uint8Array(128).fill(64);
"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".split("").forEach((char, value) => {
  digits[char.charCodeAt(0)] = value;
});

/** The bits of the last character that belong to no byte, by the length modulo 4. */
const unusedBits = [0, 0, 15, 3];

/** The bytes of a segment in fresh memory, or undefined when it is not canonical base64url. */
export function decodeBase64url(segment: string): Uint8Array | undefined {
  const bytes = Buffer.from(segment, "base64url");
  return bytes.toString("base64url") === segment ? bytes : undefined;
}

/** A decoded text and how many quotes (") are in it. Bytes that are not UTF-8 have become U+FFFD. */
export type LooseText = { looseText: string; quotes: number };

/**
 * Decodes a segment into `result`; false when it is not canonical base64url. Where the text has a U+FFFD, `decodeText`
 * must have the last word.
 */
export function decodeLooseText(segment: string, result: LooseText): boolean {
  const target = scratchFor(segment);
  const size = octets(target).base64urlWrite(segment, 0, segment.length);
  if (octets(target).base64urlSlice(0, size) !== segment) return false;
  result.looseText = octets(target).utf8Slice(0, size);
  result.quotes = countQuotes(target, size);
  return true;
}

/** The text in a segment already known to be canonical; undefined when its bytes are not UTF-8 (a BOM is kept). */
export function decodeText(segment: string): string | undefined {
  const target = scratchFor(segment);
  const size = target.write(segment, 0, "base64url");
  try {
    return strictUtf8.decode(target.subarray(0, size));
  } catch {
    return undefined;
  }
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Shared because nothing here calls out or waits between writing and reading. */
const scratch = Buffer.allocUnsafeSlow(8192);

const scratchFor = (segment: string): Buffer =>
  segment.length <= scratch.length ? scratch : Buffer.allocUnsafeSlow(segment.length);
