/**
 * What a JWT says, read without any check (RFC 7515 3.1). Undefined for what is no JWT. Anybody can write such a text, so what it
 * says may be shown and nothing more.
 */
export function unverifiedClaims(token: string | undefined): object | undefined {
  try {
    const payload = token?.split(".")[1] ?? "";
    // Each byte becomes %XX, which is read as UTF-8: not every platform has a TextDecoder.
    return JSON.parse(decodeURIComponent(escape(atob(payload.replace(/-/g, "+").replace(/_/g, "/")))));
  } catch {
    return undefined;
  }
}
