/** Bytes of base64 text in the usual or the URL-safe alphabet, padded or not, or in passlib's, which has a dot for the plus; undefined for other text. */
export function bytesOfBase64(text: string | undefined): Uint8Array | undefined {
  if (text === undefined || !/^[A-Za-z0-9+/._-]+={0,2}$/.test(text)) return undefined;
  // A copy with a buffer of its own: what Buffer makes lies in a pool, all of which would go along to another thread.
  return Uint8Array.from(Buffer.from(text.replaceAll(".", "+"), "base64"));
}

/** Base64 without padding, as the PHC string format wants it. */
export const phcBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replaceAll("=", "");
