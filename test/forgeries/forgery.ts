import type { JsonWebKey } from "node:crypto";
import type { Issuer } from "../support/issuer.ts";
import { jsonIn, type Part, type RawSigner, rawSigner, rawToken } from "../support/rawToken.ts";

/** The algorithms that every forgery is tried against. */
export const algorithms = ["HS256", "RS256", "ES256", "EdDSA"] as const;

/** One of them. */
export type Algorithm = (typeof algorithms)[number];

/** A token that holds, and what a forger may know or, for claims that we ourselves must not sign, more than that. */
export type Genuine = {
  readonly alg: Algorithm;
  readonly token: string;
  readonly parts: readonly [string, string, string];
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Signs with the issuer's own key: for tokens whose signature must not be the reason. */
  readonly sign: RawSigner;
  /** The issuer's public key as anyone can fetch it; undefined where the key is a shared secret. */
  readonly publicJwk: JsonWebKey | undefined;
  readonly issuer: string;
  /** A server of the attacker's. Nobody must ever call it. */
  readonly bait: string;
};

/** One forged token, and in what it differs from a good one. */
export type Forgery = { readonly what: string; readonly token: string; readonly only?: "issuer" };

/** A row of the attack table: against which algorithms it makes sense, and its forged tokens. */
export type Row = {
  readonly id: string;
  readonly rule: string;
  readonly algs?: readonly Algorithm[];
  readonly forge: (genuine: Genuine) => readonly Forgery[];
};

/** Takes a good token apart, and finds what is needed to put it together wrongly. */
export function study(issuer: Issuer, token: string, bait: string): Genuine {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const kid = issuer.auth.keys.signing().kid ?? "";
  const [publicJwk] = issuer.auth.keys.jwks().keys;
  const secretJwk = issuer.auth.keys.secretJwk(kid);
  if (secretJwk === undefined) throw new Error("The issuer knows no secret key by the name of its signing key.");
  return {
    alg: issuer.auth.keys.signing().alg as Algorithm,
    token,
    parts: [header, payload, signature],
    header: jsonIn(header),
    payload: jsonIn(payload),
    sign: rawSigner(secretJwk),
    publicJwk,
    issuer: issuer.url,
    bait,
  };
}

/** Correctly signed, with other members in the header. `undefined` takes one out. */
export const withHeader = ({ header, payload, sign }: Genuine, changes: Readonly<Record<string, unknown>>): string =>
  rawToken({ ...header, ...changes }, payload, sign);

/** Correctly signed, with other claims. `undefined` takes one out. */
export const withClaims = ({ header, payload, sign }: Genuine, changes: Readonly<Record<string, unknown>>): string =>
  rawToken(header, { ...payload, ...changes }, sign);

/** Signed by somebody else under a header of their choice. */
export const signedBy = ({ payload }: Genuine, header: Part, signer: RawSigner): string =>
  rawToken(header, payload, signer);

/** Names forgeries by the values that make them. */
export const each = <T>(values: readonly T[], token: (value: T) => string): readonly Forgery[] =>
  values.map((value) => ({ what: (JSON.stringify(value) ?? "undefined").slice(0, 80), token: token(value) }));
