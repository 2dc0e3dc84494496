import { isCanonicalBase64url } from "./encoding/base64url.ts";
import { objectInSegment } from "./json/objectInSegment.ts";

/** What a token says about itself. Anybody can have written it; the names say so. */
export type Peeked = {
  readonly unverifiedHeader: Readonly<Record<string, unknown>>;
  readonly unverifiedClaims: Readonly<Record<string, unknown>>;
};

/**
 * Decodes a token without verifying anything, for tools and logs; undefined when it is not a compact JWT of at most 64
 * KiB (an empty signature passes, so that an unsigned token can be looked at). What it returns fits no function that takes verified claims.
 */
export function peek(token: string): Peeked | undefined {
  if (typeof token !== "string" || token.length > 65_536) return undefined;
  const [header = "", payload = "", signature, more] = token.split(".", 4);
  if (signature === undefined || more !== undefined || !isCanonicalBase64url(signature)) return undefined;
  const unverifiedHeader = objectIn(header);
  const unverifiedClaims = objectIn(payload);
  if (unverifiedHeader === undefined || unverifiedClaims === undefined) return undefined;
  return Object.freeze({ unverifiedHeader, unverifiedClaims });
}

const objectIn = (segment: string): Readonly<Record<string, unknown>> | undefined =>
  isCanonicalBase64url(segment) ? objectInSegment(segment) : undefined;
