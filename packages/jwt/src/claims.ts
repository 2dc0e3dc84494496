/** The registered claims (RFC 7519 §4.1) by type, and any others unread. */
export type Claims = {
  readonly iss?: string;
  readonly sub?: string;
  readonly aud?: string | readonly string[];
  readonly exp?: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly jti?: string;
  readonly [claim: string]: unknown;
};

declare const verified: unique symbol;

/** Read-only at every depth, as the values are frozen at every depth. */
export type DeepReadonly<T> = T extends (...args: never) => unknown
  ? T
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** Claims of a token that passed every check. Only the verifier makes them, so what takes them cannot run before it. */
export type VerifiedClaims<C = Claims> = DeepReadonly<C> & { readonly [verified]: "claims" };

/** The header (RFC 7515 §4.1) of a token that passed every check. */
export type VerifiedHeader = Header & { readonly [verified]: "header" };

/** A well-formed header. `jwk`, `jku`, `x5u` and `x5c` may be among the other members; nothing reads them. */
export type Header = {
  readonly alg: string;
  readonly kid?: string;
  readonly typ?: string;
  readonly [parameter: string]: unknown;
};

/** The one place where claims become verified ones; called by the verifier after its last check. */
export const provenClaims = <C>(claims: unknown): VerifiedClaims<C> => claims as VerifiedClaims<C>;

/** The same for the header. */
export const provenHeader = (header: Header): VerifiedHeader => header as VerifiedHeader;
