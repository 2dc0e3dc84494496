import { type RevocationKind, revocationKinds } from "../wire/frames.ts";

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

/** One row per kind: which value of the token it looks up, and what it does to a token that does not say its log position. */
export type Rule = {
  readonly kind: RevocationKind;
  /** Keeps the kinds apart in fingerprints, as one byte; all who exchange those have the same ones. */
  readonly tag: number;
  readonly keyOf: (claims: RevocableClaims, kid: string | undefined) => string | undefined;
  /** `always`: the token's own `rvp` does not matter. */
  readonly against: "position" | "always";
  /** `one`: the tokens of one person at most, so there may be millions of entries; of the others there are few. */
  readonly names: "one" | "many";
};

/**
 * The rules of all kinds. A token is dead if any of them kills it; none takes precedence. `token` names one token only, and a
 * stolen signing key can forge `rvp` and `iat`, so neither asks for the position.
 */
export const ruleOf: Readonly<Record<RevocationKind, Rule>> = {
  token: { kind: "token", tag: 0, keyOf: ({ jti }) => jti, against: "always", names: "one" },
  session: { kind: "session", tag: 1, keyOf: ({ sid }) => sid, against: "position", names: "one" },
  subject: { kind: "subject", tag: 2, keyOf: ({ sub }) => sub, against: "position", names: "one" },
  client: { kind: "client", tag: 3, keyOf: ({ client_id }) => client_id, against: "position", names: "many" },
  tenant: { kind: "tenant", tag: 4, keyOf: ({ tid }) => tid, against: "position", names: "many" },
  key: { kind: "key", tag: 5, keyOf: (_, kid) => kid, against: "always", names: "many" },
  all: { kind: "all", tag: 6, keyOf: () => "", against: "position", names: "many" },
};

/** Every rule, in the order in which a token is checked. */
export const rules: readonly Rule[] = revocationKinds.map((kind) => ruleOf[kind]);

/** Whether a position kills a token; 0 kills none. A token without `rvp` (a foreign one) cannot show that it is younger, so it dies. */
export const killsByPosition = ({ against }: Rule, pos: number, { rvp }: RevocableClaims): boolean =>
  against === "always" || rvp === undefined ? pos > 0 : rvp < pos;
