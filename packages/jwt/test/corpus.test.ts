import assert from "node:assert/strict";
import { createPublicKey, type JsonWebKey } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
  createVerifier,
  type HmacAlgorithmName,
  hmacKey,
  importSecretJwk,
  type KeyPairAlgorithmName,
  type KeySource,
  keySet,
  keySetFromJwks,
  type Policy,
  publicKey,
  type VerificationKey,
} from "@cardea/jwt";
import { refusalCodes } from "./support/refusalCodes.ts";

type KeyImport = { readonly as: "public" | "secret" | "set"; readonly alg: string; readonly value: unknown };
type CorpusPolicy = Pick<
  Policy,
  "typ" | "clockToleranceSeconds" | "maxTtlSeconds" | "maxTokenBytes" | "required" | "critical"
> & {
  readonly issuer: string;
  readonly audience: string;
  readonly now: number;
  readonly allowedValues?: Readonly<Record<string, readonly string[]>>;
  readonly revoked?: readonly string[];
};
type Case = {
  readonly id: string;
  readonly title: string;
  readonly token: string;
  readonly keys?: readonly string[];
  readonly import?: KeyImport;
  readonly policy: CorpusPolicy;
  readonly expected: string;
};

const folder = fileURLToPath(new URL("../corpus", import.meta.url));
const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), "utf8"));
const jwks = read<{ readonly keys: Readonly<Record<string, JsonWebKey>> }>("keys.json").keys;
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".json") && !["keys.json", "schema.json"].includes(name))
  .map((name) => read<{ readonly kind: string; readonly cases: readonly Case[] }>(name));
const cases = files.flatMap((file) => file.cases);

/** Every kind of key of the corpus that this runtime has, by the word of node:crypto, made once. */
const keys = new Map(
  Object.entries(jwks)
    .filter(([, jwk]) => isKnownToNode(jwk))
    .map(([name, jwk]) => [name, keyOf(jwk)]),
);

function isKnownToNode(jwk: JsonWebKey): boolean {
  if (jwk.kty === "oct") return true;
  try {
    return createPublicKey({ key: jwk, format: "jwk" }).type === "public";
  } catch {
    return false;
  }
}

function keyOf(jwk: JsonWebKey): VerificationKey {
  if (jwk.kty !== "oct") return publicKey(jwk, { alg: jwk.alg as KeyPairAlgorithmName });
  return importSecretJwk(jwk) as VerificationKey;
}

function importedKey({ as, alg, value }: KeyImport): VerificationKey | KeySource {
  if (as === "set") return keySetFromJwks(value);
  if (as === "public") return publicKey(value as JsonWebKey | string, { alg: alg as KeyPairAlgorithmName });
  const { k = "" } = value as JsonWebKey;
  return hmacKey(Buffer.from(k, "base64url"), { alg: alg as HmacAlgorithmName });
}

/** The verdict of @cardea/jwt: a refusal's code, `accepted`, or `key_refused`. */
function judge({ token, keys: names = [], import: imported, policy: { now, ...rest } }: Case): string {
  const { allowedValues, revoked = [], ...policy } = rest;
  let source: VerificationKey | KeySource;
  try {
    source = imported === undefined ? keySet(names.map(named)) : importedKey(imported);
  } catch (error) {
    assert.ok(error instanceof TypeError, "a key is refused by a TypeError");
    return "key_refused";
  }
  const { verify } = createVerifier({
    keys: source,
    policy: { ...policy, ...(allowedValues && { claims: schemaOf(allowedValues) }) },
    now: () => now * 1000,
    isRevoked: ({ claims }) => revoked.includes(String(claims.jti)),
  });
  const result = verify(token);
  return result.ok ? "accepted" : result.refusal.code;
}

function named(name: string): VerificationKey {
  const key = keys.get(name);
  assert.ok(key, `keys.json has no "${name}"`);
  return key;
}

/** The allowed values as a Standard Schema. */
const schemaOf = (allowed: Readonly<Record<string, readonly string[]>>) => ({
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

for (const { kind, cases } of files) {
  describe(`corpus, ${kind}`, () => {
    for (const one of cases.filter(({ keys: names = [] }) => names.every((name) => keys.has(name)))) {
      test(`${one.id}: ${one.title}`, () => assert.equal(judge(one), one.expected));
    }
  });
}

describe("the corpus as a whole", () => {
  test("is judged whole but for algorithms that some runtimes lack", () => {
    const rare = ["ES256K", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"];
    const missing = Object.entries(jwks).filter(([name]) => !keys.has(name));
    for (const [, { alg }] of missing) assert.ok(rare.includes(String(alg)), String(alg));
  });

  test("has hundreds of cases, each with an id of its own", () => {
    assert.ok(cases.length >= 300, `${cases.length} cases`);
    assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
  });

  test("no two cases are the same", () => {
    const contents = cases.map(({ token, keys, import: imported, policy }) =>
      JSON.stringify([token, keys, imported, policy]),
    );
    const twice = cases.filter((_, at) => contents.indexOf(contents[at] ?? "") !== at);
    assert.deepEqual(
      twice.map(({ id }) => id),
      [],
    );
  });

  test("causes every refusal that there is, and accepts a token of every algorithm", () => {
    const expectations = [...Object.keys(refusalCodes), "accepted", "key_refused"];
    assert.deepEqual([...new Set(cases.map(({ expected }) => expected))].toSorted(), expectations.toSorted());
    const taken = cases.filter(({ expected }) => expected === "accepted").flatMap((one) => one.keys ?? []);
    assert.deepEqual(
      Object.keys(jwks).filter((name) => !taken.includes(name)),
      [],
    );
  });
});
