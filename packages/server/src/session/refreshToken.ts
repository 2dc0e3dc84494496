import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";

/** What a refresh token says once its MAC holds: which session, and which of its generations. */
export type RefreshClaim = { readonly sessionId: string; readonly generation: number };

/** Makes and reads refresh tokens: `rt_<session>.<generation>.<mac>`. */
export type RefreshTokens = {
  /** The one token of a session's generation: asking twice gives the same text, so racing callers get the same successor. */
  readonly make: (claim: RefreshClaim) => string;
  /** Undefined for anything not made here; decided without a look at the store. */
  readonly read: (token: string) => RefreshClaim | undefined;
};

/**
 * Nothing about a token is stored: its MAC (HMAC-SHA-256 under a refresh secret of the issuer) proves it, the session's generation
 * dates it. `secrets` gives those of now: the first makes tokens, all of them read.
 */
export function createRefreshTokens(secrets: () => readonly Uint8Array[]): RefreshTokens {
  return {
    make: ({ sessionId, generation }) => {
      const [secret] = secrets();
      if (!secret) throw new Error("There is no refresh secret.");
      const body = `${sessionId}.${generation}`;
      return `rt_${body}.${macOf(body, secret).toString("base64url")}`;
    },
    read: (token) => {
      const [, sessionId, generation, given] = shape.exec(token) ?? [];
      if (sessionId === undefined || generation === undefined || given === undefined) return undefined;
      const bytes = Buffer.from(given, "base64url");
      const isCanonical = bytes.toString("base64url") === given;
      const isOurs = secrets().some((secret) => timingSafeEqual(bytes, macOf(`${sessionId}.${generation}`, secret)));
      return isCanonical && isOurs ? { sessionId, generation: Number(generation) } : undefined;
    },
  };
}

const macOf = (body: string, secret: Uint8Array): Buffer =>
  createHmac("sha256", keyOf(secret)).update(`cardea refresh v1\n${body}`).digest();

/** Made once a secret: from bytes, OpenSSL would set up a key for each token. */
function keyOf(secret: Uint8Array): KeyObject {
  const key = keys.get(secret) ?? createSecretKey(secret);
  keys.set(secret, key);
  return key;
}

const keys = new WeakMap<Uint8Array, KeyObject>();

/** Session id of 16 bytes, a decimal generation without leading zeros, a MAC of 32 bytes. */
const shape = /^rt_([A-Za-z0-9_-]{22})\.(0|[1-9][0-9]{0,14})\.([A-Za-z0-9_-]{43})$/;
