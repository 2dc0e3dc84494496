import { encodeBase64url } from "../encoding/base64url.ts";
import { Key, type SigningKey } from "../keys/key.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { checkClaims } from "./checkClaims.ts";
import { headerSegment } from "./headerSegment.ts";

/**
 * `typ` is the header's type, `JWT` unless given. `header`: further protected members (RFC 7515 §4.2, §4.3). `critical`:
 * those of them that a verifier must understand or refuse the token (§4.1.11).
 */
export type SignOptions = {
  readonly typ?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly critical?: readonly string[];
};

/** With the key. */
export type SignerOptions = SignOptions & { readonly key: SigningKey };

/**
 * A function that makes tokens (RFC 7519 §7.1) with one key and one header. The key's algorithm and kid go into the
 * header. Throws a TypeError for a key that cannot sign, and the function for claims that no verifier would take.
 */
export function createSigner(options: SignerOptions): (claims: object) => string {
  const head = signingHead("createSigner", options);
  const { sign } = Key.materialOf<SigningKey["kind"]>(options.key);
  return (claims) => {
    const body = payloadSegment(claims);
    return `${head}${body}.${sign(head, body)}`;
  };
}

/** The header segment and its dot. Throws a TypeError as `createSigner` does. */
export function signingHead(caller: string, options: SignerOptions): string {
  const own = refuseUnknownOptions(caller, options, ["key", "typ", "header", "critical"]);
  const { key, typ = "JWT", header = {}, critical } = own;
  if (!Key.isSigningKey(key)) throw new TypeError("sign: expects a private key or an HMAC key");
  return `${headerSegment({ key, typ, header, critical })}.`;
}

/** The payload segment of claims. Throws a TypeError for those that no verifier would take. */
export function payloadSegment(claims: object): string {
  checkClaims(claims);
  return encodeBase64url(JSON.stringify(claims));
}
