import type { RevocationKind } from "../wire/frames.ts";

/** The claims of an access token by which it can be revoked. */
export type RevocableClaims = {
  readonly jti: string;
  readonly sub: string;
  readonly iat: number;
  readonly sid?: string;
  readonly client_id?: string;
  readonly tid?: string;
  readonly rvp?: number;
};

/** What the joined entries of one kind and key say; -Infinity stands for "no such entry". */
export type Cut = {
  /** Kills tokens that vouch for a log position before this one. */
  readonly pos: number;
  /** Kills tokens issued at or before this NumericDate. */
  readonly issuedBefore: number;
};

/** One row per kind: which value of the token it looks up, and what it does to a token that does not say its log position. */
export type Rule = {
  readonly kind: RevocationKind;
  readonly keyOf: (claims: RevocableClaims, kid: string | undefined) => string | undefined;
  /** `always`: the token's own `rvp` does not matter. */
  readonly against: "position" | "always";
};

/**
 * The rules of all kinds. A token is dead if any of them kills it; none takes precedence. `token` names one token only, and a
 * stolen signing key can forge `rvp` and `iat`, so neither asks for the position.
 */
export const rules: readonly Rule[] = [
  { kind: "token", keyOf: ({ jti }) => jti, against: "always" },
  { kind: "session", keyOf: ({ sid }) => sid, against: "position" },
  { kind: "subject", keyOf: ({ sub }) => sub, against: "position" },
  { kind: "client", keyOf: ({ client_id }) => client_id, against: "position" },
  { kind: "tenant", keyOf: ({ tid }) => tid, against: "position" },
  { kind: "key", keyOf: (_, kid) => kid, against: "always" },
  { kind: "all", keyOf: () => "", against: "position" },
];

/** Whether a cut kills a token. A token without `rvp` (a foreign one) cannot show that it is younger than a position, so it dies. */
export function kills({ against }: Rule, cut: Cut, { rvp, iat }: RevocableClaims): boolean {
  if (iat <= cut.issuedBefore) return true;
  return against === "always" || rvp === undefined ? cut.pos > Number.NEGATIVE_INFINITY : rvp < cut.pos;
}
