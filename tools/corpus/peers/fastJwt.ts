import { KeyObject } from "node:crypto";
import { type Algorithm, createVerifier, TokenError } from "fast-jwt";
import type { CorpusCase, Jwk } from "../corpus.ts";
import { algorithmExcuse, algorithmsOf, applicationExcuse, isAboutJwk, jwksOf, nodeKey, secretOf } from "./material.ts";
import type { Peer } from "./peer.ts";

/** With everything that the policy says and fast-jwt has an option for. */
export const fastJwt: Peer = {
  name: "fast-jwt",
  packageName: "fast-jwt",
  setup:
    "`createVerifier` with `allowedIss`, `allowedAud`, `algorithms`, `checkTyp`, `requiredClaims`, `allowedCritHeaders`, `clockTolerance` and `clockTimestamp`; it takes no JWK, so keys come as PEM, and sets through its key callback by `kid`",
  excuse: (one) => {
    if (one.import?.as === "set") return "has no JWK sets";
    if (isAboutJwk(one)) return "takes no JWK";
    return applicationExcuse(one) ?? algorithmExcuse(one, /^((HS|RS|PS|ES)\d+|EdDSA)$/);
  },
  verify: async (one) => {
    const {
      issuer,
      audience,
      typ,
      now,
      clockToleranceSeconds = 0,
      required = ["iss", "aud", "exp"],
      critical = [],
    } = one.policy;
    const options = {
      allowedIss: issuer,
      allowedAud: audience,
      algorithms: algorithmsOf(one) as Algorithm[],
      requiredClaims: [...required],
      clockTolerance: clockToleranceSeconds * 1000,
      clockTimestamp: now * 1000,
      ...(typ !== undefined && { checkTyp: typ }),
      allowedCritHeaders: [...critical],
    };
    const key = keyOf(one);
    return typeof key === "function"
      ? createVerifier({ ...options, key })(one.token)
      : createVerifier({ ...options, key })(one.token);
  },
  isOwnError: (error) => error instanceof TokenError,
};

function keyOf(one: CorpusCase) {
  const { import: imported } = one;
  if (imported?.as === "secret") return secretOf(imported.value);
  if (imported?.as === "public")
    return typeof imported.value === "string" ? imported.value : pemOrSecret(imported.value);
  const [jwk, ...others] = jwksOf(one);
  if (jwk !== undefined && others.length === 0) return pemOrSecret(jwk);
  return async ({ header }: { header: { kid?: string } }) => {
    const found = jwksOf(one).find(({ kid }) => kid === header.kid);
    if (found === undefined) throw new Error("no key has that kid");
    return pemOrSecret(found);
  };
}

function pemOrSecret(jwk: Jwk): string | Buffer {
  const key = nodeKey(jwk);
  return key instanceof KeyObject ? key.export({ type: "spki", format: "pem" }).toString() : key;
}
