import { Buffer } from "node:buffer";
import { constants, createHmac, type KeyObject, sign, verify } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Payload } from "./payload.ts";

/** The algorithms that are measured. */
export const algorithms = ["HS256", "RS256", "PS256", "ES256", "EdDSA"] as const;
export type Algorithm = (typeof algorithms)[number];

/** An algorithm, its keys and their identifier. */
export type Keys = {
  readonly alg: Algorithm;
  readonly kid: string;
  /** The same secret key for HS256, the halves of a pair for the others. */
  readonly signingKey: KeyObject;
  readonly verificationKey: KeyObject;
};

/** RSASSA-PSS as RFC 7518 §3.5 has it. */
export const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const;

/** A token made by node:crypto alone, as the reference for all libraries. */
export function compactJws(payload: Payload, keys: Keys): string {
  const input = `${segment({ alg: keys.alg, typ: "JWT", kid: keys.kid })}.${segment(payload)}`;
  return `${input}.${signature(Buffer.from(input), keys).toString("base64url")}`;
}

/** Whether a token carries these claims, this algorithm and a right signature. */
export function isGenuine(token: string, payload: Payload, keys: Keys): boolean {
  const [header = "", claims = "", proof = ""] = token.split(".");
  return (
    parsed(header).alg === keys.alg &&
    isDeepStrictEqual(parsed(claims), payload) &&
    isRight(Buffer.from(`${header}.${claims}`), Buffer.from(proof, "base64url"), keys)
  );
}

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

const parsed = (text: string): Record<string, unknown> => JSON.parse(Buffer.from(text, "base64url").toString());

function signature(input: Buffer, { alg, signingKey: key }: Keys): Buffer {
  if (alg === "HS256") return createHmac("sha256", key).update(input).digest();
  return sign(hashOf(alg), input, { key, ...optionsOf(alg) });
}

function isRight(input: Buffer, proof: Buffer, keys: Keys): boolean {
  const { alg, verificationKey: key } = keys;
  if (alg === "HS256") return signature(input, keys).equals(proof);
  return verify(hashOf(alg), input, { key, ...optionsOf(alg) }, proof);
}

/** Ed25519 hashes on its own. */
const hashOf = (alg: Algorithm): string | null => (alg === "EdDSA" ? null : "sha256");

const optionsOf = (alg: Algorithm): object => (alg === "PS256" ? pss : { dsaEncoding: "ieee-p1363" });
