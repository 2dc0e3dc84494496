/** Bytes or text as base64url without padding (RFC 7515 section 2). */
export function encode(given: string | Uint8Array): string {
  const bytes = typeof given === "string" ? new TextEncoder().encode(given) : given;
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The bytes behind a base64url text; undefined if it is none. */
export function decode(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The text behind a base64url text; undefined if it is none, or no UTF-8. */
export function decodeText(text: string): string | undefined {
  const bytes = decode(text);
  if (!bytes) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
