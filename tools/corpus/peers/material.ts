import { createPublicKey, type JsonWebKey } from "node:crypto";
import { type CorpusCase, type Jwk, readKeys } from "../corpus.ts";

const keys = readKeys();

/** The JWKs that verify a case of tokens. */
export const jwksOf = ({ keys: names = [] }: CorpusCase): readonly Jwk[] =>
  names.map((name) => {
    const jwk = keys.get(name);
    if (jwk === undefined) throw new Error(`keys.json has no "${name}"`);
    return jwk;
  });

/** The algorithms that a verifier of the case allows. */
export const algorithmsOf = (one: CorpusCase): readonly string[] =>
  one.import === undefined ? jwksOf(one).map(({ alg }) => String(alg)) : [one.import.alg];

/** The bytes of a shared secret. */
export const secretOf = ({ k }: Jwk): Buffer => Buffer.from(String(k), "base64url");

/** A JWK for libraries that take no JWK: the bytes of a secret, or a public key through node:crypto. */
export const nodeKey = (jwk: Jwk) =>
  jwk.kty === "oct" ? secretOf(jwk) : createPublicKey({ key: jwk as JsonWebKey, format: "jwk" });

const beside = ["use", "key_ops", "d"];

/** Whether only the members of a JWK beside the key itself tell that it must not be taken. */
export function isAboutJwk({ id, import: imported, expected }: CorpusCase): boolean {
  if (imported?.as !== "public" || typeof imported.value === "string" || expected === "accepted") return false;
  const { value } = imported;
  return (
    beside.some((name) => name in value) || id.startsWith("key-purpose-") || /-(padded|zero-first|padded-x)$/.test(id)
  );
}

/** What no library but ours has a setting for, so that the application would have to see to it. */
export function applicationExcuse({ policy }: CorpusCase): string | undefined {
  if (policy.maxTtlSeconds !== undefined) return "limits the age of a token instead of its whole life";
  if (policy.allowedValues !== undefined) return "leaves the shape of claims to the application";
  if (policy.revoked !== undefined) return "leaves revocation to the application";
  return undefined;
}

/** Whether all algorithms of a case are among a library's. */
export const algorithmExcuse = (one: CorpusCase, known: RegExp): string | undefined =>
  algorithmsOf(one).every((alg) => known.test(alg)) ? undefined : "does not have the algorithm";
