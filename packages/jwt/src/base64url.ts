import { Buffer } from "node:buffer";

/** Base64url without padding (RFC 7515 §2) of bytes, or of the UTF-8 form of a text. */
export const encodeBase64url = (data: Uint8Array | string): string =>
  typeof data === "string"
    ? Buffer.from(data, "utf8").toString("base64url")
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64url");

/** The number of characters that `bytes` bytes have in base64url without padding. */
export const base64urlLength = (bytes: number): number => Math.ceil((bytes * 4) / 3);

/**
 * Whether a segment is the one base64url spelling of its bytes. Node's decoder skips junk, takes `+`, `/`, padding and
 * stray low bits, and cuts UTF-16 to 8 bits (U+0176 reads as `v`). What it decoded must therefore encode to exactly
 * the same text again, which is also faster than looking at each character.
 */
export function isCanonicalBase64url(segment: string): boolean {
  const target = scratchFor(segment);
  return target.toString("base64url", 0, target.write(segment, 0, "base64url")) === segment;
}

/** The bytes of a segment in fresh memory, or undefined when it is not canonical base64url. */
export function decodeBase64url(segment: string): Uint8Array | undefined {
  const bytes = Buffer.from(segment, "base64url");
  return bytes.toString("base64url") === segment ? bytes : undefined;
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
