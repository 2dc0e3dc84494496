import { createHmac, timingSafeEqual } from "node:crypto";

/** What a refresh token says once its MAC holds: which session, and which of its generations. */
export type RefreshClaim = { readonly sessionId: string; readonly generation: number };

/** Makes and reads refresh tokens: `rt_<session>.<generation>.<mac>`. */
export type RefreshTokens = {
  /** The one token of a session's generation: asking twice gives the same text, so racing callers get the same successor. */
  readonly make: (claim: RefreshClaim) => string;
  /** Undefined for anything not made here; decided without a look at the store. */
  readonly read: (token: string) => RefreshClaim | undefined;
};

/** Nothing about a token is stored: its MAC (HMAC-SHA-256 under the issuer's refresh secret) proves it, the session's generation dates it. */
export function createRefreshTokens(secret: Uint8Array): RefreshTokens {
  const mac = (body: string): Buffer => createHmac("sha256", secret).update(`cardea refresh v1\n${body}`).digest();
  return {
    make: ({ sessionId, generation }) => {
      const body = `${sessionId}.${generation}`;
      return `rt_${body}.${mac(body).toString("base64url")}`;
    },
    read: (token) => {
      const match = shape.exec(token);
      const [, sessionId, generation, given] = match ?? [];
      if (sessionId === undefined || generation === undefined || given === undefined) return undefined;
      const expected = mac(`${sessionId}.${generation}`);
      const bytes = Buffer.from(given, "base64url");
      const canonical = bytes.length === expected.length && bytes.toString("base64url") === given;
      return canonical && timingSafeEqual(bytes, expected) ? { sessionId, generation: Number(generation) } : undefined;
    },
  };
}

/** Session id of 16 bytes, a decimal generation without leading zeros, a MAC of 32 bytes. */
const shape = /^rt_([A-Za-z0-9_-]{22})\.(0|[1-9][0-9]{0,14})\.([A-Za-z0-9_-]{43})$/;
