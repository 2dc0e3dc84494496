import type { JsonWebKey } from "node:crypto";
import {
  createVerifier,
  type HmacAlgorithmName,
  hmacKey,
  type KeyPairAlgorithmName,
  type KeySource,
  keySet,
  keySetFromJwks,
  publicKey,
  type VerificationKey,
} from "@cardea/jwt";
import type { CorpusCase, Jwk, KeyImport } from "../corpus.ts";
import { jwksOf, secretOf } from "./material.ts";
import type { Peer } from "./peer.ts";

/** This project's own verifier, measured as the others are. */
export const cardea: Peer = {
  name: "@cardea/jwt",
  packageName: "@cardea/jwt",
  setup:
    "`createVerifier` with `issuer`, `audience` and what else the case's policy says; keys by `publicKey` and `hmacKey`, sets by `keySet` and `keySetFromJwks`",
  excuse: () => undefined,
  verify: async (one) => {
    const { now, allowedValues, revoked = [], ...policy } = one.policy;
    const { verify } = createVerifier({
      keys: one.import === undefined ? keySet(jwksOf(one).map(keyOf)) : importedKey(one.import),
      policy: { ...policy, ...(allowedValues && { claims: schemaOf(allowedValues) }) },
      now: () => now * 1000,
      isRevoked: ({ claims }) => revoked.includes(String(claims.jti)),
    });
    const result = verify(one.token);
    if (!result.ok) throw new Refused(result.refusal.code);
    return result.claims;
  },
  isOwnError: (error) => error instanceof Refused,
};

class Refused extends Error {}

const keyOf = (jwk: Jwk): VerificationKey =>
  jwk.kty === "oct"
    ? hmacKey(secretOf(jwk), { alg: jwk.alg as HmacAlgorithmName, kid: String(jwk.kid) })
    : publicKey(jwk as JsonWebKey, { alg: jwk.alg as KeyPairAlgorithmName });

function importedKey({ as, alg, value }: KeyImport): VerificationKey | KeySource {
  if (as === "set") return keySetFromJwks(value);
  if (as === "secret") return hmacKey(secretOf(value), { alg: alg as HmacAlgorithmName });
  return publicKey(value as JsonWebKey | string, { alg: alg as KeyPairAlgorithmName });
}

/** Allowed values as a Standard Schema. */
const schemaOf = (allowed: NonNullable<CorpusCase["policy"]["allowedValues"]>) => ({
  "~standard": {
    version: 1 as const,
    vendor: "corpus",
    validate: (claims: unknown) => {
      const given = claims as Readonly<Record<string, unknown>>;
      const fits = Object.entries(allowed).every(([name, values]) => values.some((value) => value === given[name]));
      return fits ? { value: given } : { issues: [{ message: "not an allowed value" }] };
    },
  },
});
