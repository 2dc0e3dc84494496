import { createLocalJWKSet, errors, importJWK, importSPKI, type JSONWebKeySet, type JWK, jwtVerify } from "jose";
import type { CorpusCase } from "../corpus.ts";
import { algorithmExcuse, algorithmsOf, applicationExcuse, jwksOf, secretOf } from "./material.ts";
import type { Peer } from "./peer.ts";

/** With everything that the policy says and jose has an option for. */
export const jose: Peer = {
  name: "jose",
  packageName: "jose",
  setup:
    "`jwtVerify` with `issuer`, `audience`, `algorithms`, `typ`, `requiredClaims`, `crit`, `clockTolerance` and `currentDate`; keys by `importJWK` and `importSPKI`, sets by `createLocalJWKSet`",
  excuse: (one) => applicationExcuse(one) ?? algorithmExcuse(one, /^((HS|RS|PS|ES)\d+|EdDSA|Ed25519|ML-DSA-\d\d)$/),
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
      issuer,
      audience,
      algorithms: [...algorithmsOf(one)],
      requiredClaims: [...required],
      clockTolerance: clockToleranceSeconds,
      currentDate: new Date(now * 1000),
      ...(typ !== undefined && { typ }),
      ...(critical.length > 0 && { crit: Object.fromEntries(critical.map((name) => [name, true])) }),
    };
    const key = await keyOf(one);
    return typeof key === "function" ? jwtVerify(one.token, key, options) : jwtVerify(one.token, key, options);
  },
  isOwnError: (error) => error instanceof errors.JOSEError,
};

async function keyOf(one: CorpusCase) {
  const { import: imported } = one;
  if (imported?.as === "set") return createLocalJWKSet(imported.value as JSONWebKeySet);
  if (imported?.as === "secret") return secretOf(imported.value);
  if (typeof imported?.value === "string") return importSPKI(imported.value, imported.alg);
  if (imported !== undefined) return importJWK(imported.value as JWK, imported.alg);
  const [jwk, ...others] = jwksOf(one) as readonly JWK[];
  return jwk === undefined || others.length > 0 ? createLocalJWKSet({ keys: jwksOf(one) as JWK[] }) : importJWK(jwk);
}
