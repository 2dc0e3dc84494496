/** The flattened JSON serialization (RFC 7515 §7.2.2). Without `payload` it is detached. `header` is not signed. */
export type FlattenedJws = JwsSignature & { readonly payload?: string };

/** The general JSON serialization (RFC 7515 §7.2.1): several signatures over one payload. */
export type GeneralJws = { readonly payload?: string; readonly signatures: readonly JwsSignature[] };

/** One signature in JSON, with the header that it covers and the one that it does not. */
export type JwsSignature = {
  readonly protected?: string;
  readonly header?: Readonly<Record<string, unknown>>;
  readonly signature: string;
};

/** A well-formed header (RFC 7515 §4). `jwk`, `jku`, `x5u` and `x5c` may be among its members; nothing reads them. */
export type JwsHeader = {
  readonly alg?: string;
  readonly kid?: string;
  readonly typ?: string;
  readonly [parameter: string]: unknown;
};

/** How many signatures a JWS may have, so that nobody buys many checks with one request. */
export const maxSignatures = 8;
