import { generateKeyPairSync, randomBytes } from "node:crypto";
import {
  createMultiIssuerVerifier,
  createVerifier,
  exportPublicJwk,
  exportSecretJwk,
  generateKey,
  hmacKey,
  importSecretJwk,
  keySet,
  keySetFromJwks,
  privateKey,
  publicKey,
  publicKeyOf,
  sign,
  thumbprint,
  verify,
} from "@cardea/jwt";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const ecPem = ec.publicKey.export({ type: "spki", format: "pem" }).toString();
const rsaJwk = rsa.publicKey.export({ format: "jwk" });
const rsaSecretJwk = rsa.privateKey.export({ format: "jwk" });
const ecJwk = ec.publicKey.export({ format: "jwk" });
const ecSecretJwk = ec.privateKey.export({ format: "jwk" });
const otherEcJwk = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" });
const rsaPss = generateKeyPairSync("rsa-pss", { modulusLength: 2048 }).publicKey;

const signingKey = generateKey("ES256");
const named = publicKey(ecPem, { alg: "ES256", kid: "a" });
const keys = generateKey("HS256");
const policy = { issuer: "https://app.example.com", audience: "app" };
const token = sign({ iss: policy.issuer, aud: policy.audience, exp: 4_000_000_000 }, keys);

const okp = (x: string) => publicKey({ kty: "OKP", crv: "Ed25519", x }, { alg: "EdDSA" });
const demand = (changes: object) => createVerifier({ keys, policy: { ...policy, ...changes } });
const ask = (validate: () => unknown) =>
  verify(token, {
    keys,
    policy: { ...policy, claims: { "~standard": { version: 1, vendor: "x", validate: validate as never } } },
  });

/** Calls that are wrong in one way each. `as never` is how a program without types would get there. */
export const wrongCalls: readonly (() => unknown)[] = [
  () => generateKey("none" as never),
  () => generateKey("ES256", { modulusLength: 4096 }),
  () => generateKey("RS256", { modulusLength: 1024 }),
  () => hmacKey(randomBytes(32), { alg: "RS256" as never }),
  () => hmacKey("text" as never, { alg: "HS256" }),
  () => hmacKey(Buffer.from(ecPem), { alg: "HS256" }),
  () => hmacKey(new Uint8Array(8), { alg: "HS256" }),
  () => hmacKey(Buffer.from("abcdefgh".repeat(4)), { alg: "HS256" }),
  () => publicKey(ecPem, { alg: "HS256" as never }),
  () => publicKey(ecPem, { alg: "ES256", kid: "" }),
  () => publicKey("MFkw", { alg: "ES256" }),
  () => publicKey(new Uint8Array(9), { alg: "ES256" }),
  () => publicKey(rsaPss, { alg: "PS256" }),
  () => publicKey(42 as never, { alg: "ES256" }),
  () => publicKey(rsa.publicKey, { alg: "ES256" }),
  () => publicKey({ ...ecJwk, alg: "ES384" }, { alg: "ES256" }),
  () => publicKey({ ...ecJwk, use: "enc" }, { alg: "ES256" }),
  () => publicKey(ecSecretJwk, { alg: "ES256" }),
  () => publicKey({ ...ecJwk, x: "AA==" }, { alg: "ES256" }),
  () => publicKey({ ...ecJwk, x: "AA" }, { alg: "ES256" }),
  () => publicKey({ ...rsaJwk, e: "AQ" }, { alg: "RS256" }),
  () => publicKey({ ...rsaJwk, n: `AA${rsaJwk.n}` }, { alg: "RS256" }),
  () => publicKey({ ...rsaJwk, n: `${rsaJwk.n?.slice(0, -2)}AA` }, { alg: "RS256" }),
  () => okp("AA"),
  () => okp("A".repeat(43)),
  () => okp(`Ag${"A".repeat(41)}`),
  () => publicKey({ kty: "AKP", pub: "AA" }, { alg: "ML-DSA-44" }),
  () => publicKey({ kty: "AKP", alg: "ML-DSA-44", pub: "AA" }, { alg: "ML-DSA-44" }),
  () => privateKey(ecPem, { alg: "ES256" }),
  () => privateKey(ec.publicKey, { alg: "ES256" }),
  () => privateKey({ ...ecSecretJwk, ...otherEcJwk }, { alg: "ES256" }),
  () => privateKey({ ...rsaSecretJwk, qi: "AQ" }, { alg: "RS256" }),
  () => privateKey({ ...rsaSecretJwk, oth: [] }, { alg: "RS256" }),
  () => publicKeyOf(keys as never),
  () => keySet([ec.publicKey as never]),
  () => keySet([named, named]),
  () => keySetFromJwks([]),
  () => keySetFromJwks({ keys: Array(101).fill(ecJwk) }),
  () => keySetFromJwks({ keys: [] }, { allow: ["none" as never] }),
  () => keySetFromJwks({ keys: ["key"] }),
  () => keySetFromJwks({ keys: [ecSecretJwk] }),
  () => importSecretJwk("key" as never),
  () => importSecretJwk({ ...ecSecretJwk, alg: "ES256K" }),
  () => importSecretJwk(ecSecretJwk),
  () => importSecretJwk({ ...ecSecretJwk, alg: "HS256" }),
  () => exportPublicJwk(ec.publicKey as never),
  () => exportPublicJwk(keys as never),
  () => exportSecretJwk(named as never),
  () => thumbprint({ kty: "PGP" }),
  () => thumbprint({ kty: "RSA" }),
  () => sign({}, named as never),
  () => sign("text" as never, signingKey),
  () => sign({ toJSON: () => ({}) }, signingKey),
  () => sign({ exp: new Date() }, signingKey),
  () => sign({ iat: 2, exp: 1 }, signingKey),
  () => sign({}, signingKey, { typ: "" }),
  () => sign({}, signingKey, { header: [] as never }),
  () => sign({}, signingKey, { header: { deep: JSON.parse(`${"[".repeat(40)}${"]".repeat(40)}`) } }),
  () => sign({}, signingKey, { header: { alg: "HS256" } }),
  () => sign({}, signingKey, { critical: ["region"] }),
  () => sign({}, signingKey, { header: {}, critical: ["alg"] }),
  () => sign({}, signingKey, { expiresIn: "1h" } as never),
  () => sign({}, signingKey, "HS256" as never),
  () => createVerifier({ keys: [ec.publicKey] as never, policy }),
  () => verify(token, { keys: { find: () => "key" as never }, policy }),
  () => createVerifier({ keys, policy, now: 5 as never }),
  () => createVerifier({ keys, policy, cacheSize: true as never }),
  () => createVerifier({ keys, policy, isRevoked: [] as never }),
  () => verify(token, { keys, policy, isRevoked: (async () => false) as never }),
  () => demand({ issuer: undefined }),
  () => demand({ typ: "a b" }),
  () => demand({ expiry: false }),
  () => demand({ maxTtlSeconds: "1h" }),
  () => demand({ maxTokenBytes: 0 }),
  () => demand({ required: "sub" }),
  () => demand({ claims: {} }),
  () => ask(async () => ({ value: {} })),
  () => ask(() => ({})),
  () => createMultiIssuerVerifier({ issuers: {} }),
  () => createMultiIssuerVerifier({ issuers: { [policy.issuer]: { keys, policy: policy as never } } }),
];

/** Messages that no call here provokes: the runtime decides on the first, and the others need keys made for the purpose. */
export const elsewhere: readonly string[] = [
  "…: this runtime's node:crypto has no …; take another algorithm or Node 24",
  "the RSA modulus was made by a generator with the ROCA flaw (CVE-2017-15361)",
  "the RSA modulus is a product of two close numbers (CVE-2022-26320)",
  "the RSA modulus is a prime, so anyone can sign for it",
];
