import { encodeBase64url } from "../base64url.ts";
import { Key, type SigningKey } from "../keys/key.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { checkClaims } from "./checkClaims.ts";
import { headerSegment } from "./headerSegment.ts";

/** `typ` is the header's type, `JWT` unless given. `header`: further protected members (RFC 7515 §4.2, §4.3). */
export type SignOptions = { readonly typ?: string; readonly header?: Readonly<Record<string, unknown>> };

/**
 * A function that makes tokens (RFC 7519 §7.1) with one key and one header. The key's algorithm and kid go into the
 * header. Throws a TypeError for a key that cannot sign, and the function for claims that no verifier would take.
 */
export function createSigner(options: SignOptions & { readonly key: SigningKey }): (claims: object) => string {
  refuseUnknownOptions("createSigner", options, ["key", "typ", "header"]);
  const { key, typ = "JWT", header = {} } = options;
  if (!Key.isSigningKey(key)) throw new TypeError("sign: expects a private key or an HMAC key");
  const { sign } = Key.materialOf<SigningKey["kind"]>(key);
  const prefix = `${headerSegment({ key, typ, header })}.`;
  return (claims) => {
    checkClaims(claims);
    const input = prefix + encodeBase64url(JSON.stringify(claims));
    return `${input}.${sign(input)}`;
  };
}
