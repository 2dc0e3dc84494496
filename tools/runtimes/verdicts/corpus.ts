import { Buffer } from "node:buffer";
import type { JsonWebKey } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import {
  type Claims,
  createVerifier,
  hmacKey,
  type KeySource,
  keySet,
  keySetFromJwks,
  type Policy,
  publicKey,
  type StandardSchemaV1,
  type VerificationKey,
} from "@cardea/jwt";
import { verdictOf } from "./expectations.ts";
import { isHmac } from "./keys.ts";
import { type Name, names, type Row } from "./row.ts";

type Jwk = JsonWebKey & { readonly alg: Name };
type Import = { readonly as: "public" | "secret" | "set"; readonly alg: Name; readonly value: unknown };
type Case = {
  readonly id: string;
  readonly token: string;
  readonly expected: string;
  readonly keys?: readonly string[];
  readonly import?: Import;
  readonly policy: Omit<Policy, "claims"> & {
    readonly now: number;
    readonly allowedValues?: Readonly<Record<string, readonly unknown[]>>;
    readonly revoked?: readonly string[];
  };
};

const folder = new URL("../../../packages/jwt/corpus/", import.meta.url);
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
const jwks = read<{ readonly keys: Readonly<Record<string, Jwk>> }>("keys.json").keys;

const cases = readdirSync(folder)
  .filter((name) => name.endsWith(".json") && name !== "keys.json" && name !== "schema.json")
  .sort()
  .flatMap((name) => read<{ readonly cases: readonly Case[] }>(name).cases);

/** What this runtime says to every token of the corpus whose keys it can have. */
export const corpusRows = (present: readonly Name[]): readonly Row[] =>
  cases
    .map((one) => ({ one, about: algorithmsOf(one) }))
    .filter(({ about }) => about.every((alg) => present.includes(alg)))
    .map(({ one, about }) => {
      const verdict = judge(one);
      return { id: `corpus ${one.id}`, about, verdict, isRight: verdict.split(/[: ]/)[0] === one.expected };
    });

/** Of its keys. One that the package does not have at all is absent nowhere. */
function algorithmsOf({ keys = [], import: imported }: Case): readonly Name[] {
  const all = [...keys.map((name) => jwks[name]?.alg), imported?.alg];
  return names.filter((name) => all.includes(name));
}

function judge({
  token,
  keys,
  import: imported,
  policy: { now, allowedValues, revoked = [], ...policy },
}: Case): string {
  let source: VerificationKey | KeySource;
  try {
    source = imported === undefined ? keySet((keys ?? []).map(keyNamed)) : importedKey(imported);
  } catch (error) {
    // Without the message: where a runtime cannot even read a curve, there is less to say about the key.
    return error instanceof TypeError ? "key_refused" : "threw something else than a TypeError";
  }
  const claims = allowedValues && schemaOf(allowedValues);
  const verifier = createVerifier({
    keys: source,
    policy: { ...policy, ...(claims && { claims }) },
    now: () => now * 1000,
    isRevoked: ({ claims: { jti } }) => revoked.includes(String(jti)),
  });
  return verdictOf(verifier.verify(token));
}

function keyNamed(name: string): VerificationKey {
  const jwk = jwks[name];
  if (jwk === undefined) throw new Error(`the corpus has no key "${name}"`);
  return keyOf(jwk, jwk.alg);
}

const keyOf = (jwk: JsonWebKey, alg: Name): VerificationKey =>
  isHmac(alg)
    ? hmacKey(Buffer.from(String(jwk.k), "base64url"), { alg, kid: jwk.kid as string })
    : publicKey(jwk, { alg });

function importedKey({ as, alg, value }: Import): VerificationKey | KeySource {
  if (as === "set") return keySetFromJwks(value);
  if (as === "public") return publicKey(value as string, { alg: alg as Exclude<Name, `HS${string}`> });
  return hmacKey(Buffer.from(String((value as JsonWebKey).k), "base64url"), { alg: alg as "HS256" });
}

/** The allowed values as a Standard Schema. */
const schemaOf = (allowed: Readonly<Record<string, readonly unknown[]>>): StandardSchemaV1<unknown, Claims> => ({
  "~standard": {
    version: 1,
    vendor: "corpus",
    validate: (claims) => {
      const given = claims as Readonly<Record<string, unknown>>;
      const fits = Object.entries(allowed).every(([name, values]) => values.includes(given[name]));
      return fits ? { value: given as Claims } : { issues: [{ message: "not an allowed value" }] };
    },
  },
});
