import type { CorpusCase, KeyImport } from "./corpus.ts";
import { craft, headerOf, policy } from "./craft.ts";
import { macWith, publicForms, type Seal, type Signer, sealWith, signer } from "./signers.ts";
import { smallOrderPoints, smallOrderSeal } from "./smallOrder.ts";
import { weakRsaKeys } from "./weakRsa.ts";

/** A key that no verifier should take, and a token that is right under it as far as such a token can be made. */
export const keyCase = (
  id: string,
  { title, reason, token, ...imported }: { title: string; reason: string; token: string } & KeyImport,
): CorpusCase => ({ id: `key-${id}`, title, reason, import: imported, policy, token, expected: "key_refused" });

const [es256, es384, rs256, eddsa] = ["es256", "es384", "rs256", "eddsa"].map(signer) as [
  Signer,
  Signer,
  Signer,
  Signer,
];

/** The token's header does not name a key, since the key is given alone. */
const tokenBy = (alg: string, seal: Seal, by: Signer = es256): string =>
  craft(by, { header: JSON.stringify({ alg, typ: "JWT" }), seal });

const rsaReasons: Readonly<Record<string, string>> = {
  "e-3": "FIPS 186-5 §5.1, CVE-2006-4339",
  close: "CVE-2022-26320",
  square: "CVE-2022-26320",
  roca: "CVE-2017-15361",
};

const rsa = Object.entries(weakRsaKeys).map(([name, { jwk, title, seal }]) =>
  keyCase(`rsa-${name}`, {
    title,
    reason: rsaReasons[name] ?? "RFC 7518 §3.3, RFC 8725 §3.2, SP 800-89 §5.3.3",
    as: "public",
    alg: "RS256",
    value: jwk,
    token: tokenBy("RS256", seal),
  }),
);

const smallOrder = Object.entries(smallOrderPoints).map(([name, point]) =>
  keyCase(`ed25519-${name}`, {
    title: `The Ed25519 key is a point of small order, so the token was signed without any key: ${name.replaceAll("-", " ")}.`,
    reason: "RFC 8032 §5.1.7, RFC 8725 §3.4",
    as: "public",
    alg: "EdDSA",
    value: { kty: "OKP", crv: "Ed25519", x: point.toString("base64url") },
    token: smallOrderSeal(point),
  }),
);

const noPoints = Object.entries({
  "no-point": Buffer.concat([Buffer.of(2), Buffer.alloc(31)]),
  "second-spelling": Buffer.concat([Buffer.of(0xf0), Buffer.alloc(30, 0xff), Buffer.of(0x7f)]),
  "31-bytes": Buffer.alloc(31, 9),
  "33-bytes": Buffer.alloc(33, 9),
}).map(([name, point]) =>
  keyCase(`ed25519-${name}`, {
    title: `The Ed25519 key is no canonical point: ${name.replaceAll("-", " ")}.`,
    reason: "RFC 8032 §5.1.3, RFC 8725 §3.4",
    as: "public",
    alg: "EdDSA",
    value: { kty: "OKP", crv: "Ed25519", x: point.toString("base64url") },
    token: craft(eddsa),
  }),
);

const { x, y } = es256.publicJwk as { x: string; y: string };
const zero = Buffer.alloc(32).toString("base64url");
const flipped = Buffer.from(y, "base64url").with(31, (Buffer.from(y, "base64url")[31] ?? 0) ^ 1);
const koblitz = signer("es256k");
const { alg: _, kid: __, ...koblitzJwk } = koblitz.publicJwk;

const points = Object.entries({
  "another-y": { x, y: Buffer.from(flipped).toString("base64url") },
  swapped: { x: y, y: x },
  origin: { x: zero, y: zero },
  "no-y": { x },
  "short-x": { x: Buffer.from(x, "base64url").subarray(1).toString("base64url"), y },
  "long-x": { x: Buffer.concat([Buffer.of(0), Buffer.from(x, "base64url")]).toString("base64url"), y },
  "padded-x": { x: `${x}=`, y },
  "secp256k1-by-another-name": { x: koblitzJwk.x, y: koblitzJwk.y },
}).map(([name, members]) =>
  keyCase(`ec-${name}`, {
    title: `The P-256 key is no well-formed point of its curve: ${name.replaceAll("-", " ")}.`,
    reason: "RFC 8725 §3.4, RFC 7518 §6.2.1.2",
    as: "public",
    alg: "ES256",
    value: { kty: "EC", crv: "P-256", ...members },
    token: craft(es256),
  }),
);

const spki = ({ publicKeyObject }: Signer): string =>
  publicKeyObject.export({ type: "spki", format: "pem" }).toString();
const bare = ({ publicJwk: { alg: _, kid: __, ...jwk } }: Signer) => jwk;
const ed448 = signer("stranger-ed448");

const kinds = [
  ["secp256k1-jwk", "ES256", koblitzJwk, koblitz],
  ["secp256k1-pem", "ES256", spki(koblitz), koblitz],
  ["p384-for-es256", "ES256", bare(es384), es384],
  ["p384-pem-for-es256", "ES256", spki(es384), es384],
  ["p256-for-es384", "ES384", spki(es256), es256],
  ["rsa-for-es256", "ES256", spki(rs256), rs256],
  ["ec-for-rs256", "RS256", spki(es256), es256],
  ["ed448-jwk", "EdDSA", bare(ed448), ed448],
  ["ed448-pem", "EdDSA", spki(ed448), ed448],
].map(([name, alg, value, by]) => {
  const [id, algorithm, signedBy] = [String(name), String(alg), by as Signer];
  return keyCase(`kind-${id}`, {
    title: `The key is not of the type or curve of ${algorithm}: ${id.replaceAll("-", " ")}.`,
    reason: "RFC 7518 §3.1, RFC 8725 §3.1, CVE-2022-23539",
    as: "public",
    alg: algorithm,
    value: value as string,
    token: tokenBy(algorithm, sealAs(algorithm, signedBy)),
  });
});

/** As the algorithm's hash over this key, where the two can be brought together at all. */
function sealAs(alg: string, by: Signer): Seal {
  return alg.startsWith("E") === by.alg.startsWith("E") ? sealWith(alg, by.keyObject) : by.seal;
}

const purposes = Object.entries({
  "other-alg": { alg: "ES384" },
  "alg-none": { alg: "none" },
  "alg-null": { alg: null },
  "use-enc": { use: "enc" },
  "use-list": { use: ["sig"] },
  "ops-sign": { key_ops: ["sign"] },
  "ops-encrypt": { key_ops: ["encrypt"] },
  "ops-empty": { key_ops: [] },
  "ops-text": { key_ops: "verify" },
  "ops-twice": { key_ops: ["verify", "verify"] },
  "number-kid": { kid: 7 },
}).map(([name, members]) =>
  keyCase(`purpose-${name}`, {
    title: `The JWK says that it is not for verifying ES256, or says it wrongly: ${name.replaceAll("-", " ")}.`,
    reason: "RFC 7517 §4.2, §4.3, §4.4, §4.5",
    as: "public",
    alg: "ES256",
    value: { ...bare(es256), ...members },
    token: tokenBy("ES256", es256.seal),
  }),
);

const secrets = ["es256", "rs256", "eddsa"].map((name) => {
  const by = signer(name);
  const { kid: _, alg: __, ...jwk } = { kid: "", alg: "", ...by.keyObject.export({ format: "jwk" }) };
  return keyCase(`private-jwk-${name}`, {
    title: `The JWK for verifying ${by.alg} has the private members too.`,
    reason: "RFC 7517 §9.2",
    as: "public",
    alg: by.alg,
    value: jwk,
    token: tokenBy(by.alg, by.seal),
  });
});

const pems = [
  ["private-pem", es256.keyObject.export({ type: "pkcs8", format: "pem" }).toString(), "is a private key"],
  ["two-pems", `${spki(es256)}${spki(signer("stranger-es256"))}`, "is two PEM blocks"],
  ["pem-of-nothing", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "is a PEM block with junk inside"],
].map(([name, value = "", what]) =>
  keyCase(`${name}`, {
    title: `The text for verifying ES256 ${what}.`,
    reason: "RFC 7468 §2, §13",
    as: "public",
    alg: "ES256",
    value,
    token: tokenBy("ES256", es256.seal),
  }),
);

const weakSecrets = Object.entries({
  secret: "secret",
  changeme: "changeme",
  empty: "",
  "31-bytes": "rather long, but of 31 letters.",
  zeros: Buffer.alloc(32),
  "one-letter": "a".repeat(40),
  "word-repeated": "password".repeat(4),
  ...Object.fromEntries(Object.entries(publicForms(rs256)).map(([name, secret]) => [`rsa-${name}`, secret])),
  "ec-pem": publicForms(es256).pem ?? "",
  "ssh-line": `ecdsa-sha2-nistp256 ${publicForms(es256)["raw-point"]?.toString("base64")} me@here`,
}).map(([name, secret]) => {
  const isPublic = /^(rsa|ec|ssh)/.test(name);
  return keyCase(`hmac-${name}`, {
    title: isPublic
      ? `The HMAC secret is a public key: ${name.replaceAll("-", " ")}.`
      : `The HMAC secret can be guessed: ${name.replaceAll("-", " ")}.`,
    reason: isPublic ? "RFC 8725 §2.1, CVE-2022-29217, CVE-2024-33663" : "RFC 7518 §3.2, RFC 8725 §3.5, CVE-2019-20933",
    as: "secret",
    alg: "HS256",
    value: { kty: "oct", k: Buffer.from(secret).toString("base64url") },
    token: secretToken("HS256", Buffer.from(secret)),
  });
});

const longerHashes = [
  ["HS384", 47],
  ["HS512", 63],
].map(([name, size]) => {
  const alg = String(name);
  const secret = Buffer.from("an HMAC secret must be as long as the hash, or longer than that.".slice(0, Number(size)));
  return keyCase(`hmac-${alg.toLowerCase()}-${size}-bytes`, {
    title: `The secret for ${alg} has ${size} bytes.`,
    reason: "RFC 7518 §3.2",
    as: "secret",
    alg,
    value: { kty: "oct", k: secret.toString("base64url") },
    token: secretToken(alg, secret),
  });
});

function secretToken(alg: string, secret: Buffer): string {
  return tokenBy(alg, macWith(`sha${alg.slice(2)}`, secret));
}

const setOf = (...keys: readonly unknown[]) => ({ keys });
const named = (by: Signer, members: object = {}) => ({ ...by.publicJwk, ...members });

type SetRow = { readonly value: unknown; readonly token: string; readonly alg?: string };

const bySound = craft(es256, { header: headerOf(es256) });
const octInSet = Buffer.from("a secret has no place in a JWK set");
const weak = (alg: string) => ({ kid: "weak", alg });
const byWeak = (alg: string, seal: Seal): string => craft(es256, { header: headerOf({ name: "weak", alg }), seal });

/** Each token is one that the unsound member of its set verifies, where it verifies anything. */
const setRows: Readonly<Record<string, SetRow>> = {
  "same-kid": { value: setOf(named(es256), named(eddsa, { kid: "es256" })), token: bySound },
  oct: {
    value: setOf(named(es256), { ...weak("HS256"), kty: "oct", k: octInSet.toString("base64url") }),
    token: byWeak("HS256", macWith("sha256", octInSet)),
    alg: "HS256",
  },
  private: {
    value: setOf(named(es256), { ...named(eddsa), d: eddsa.keyObject.export({ format: "jwk" }).d }),
    token: craft(eddsa),
    alg: "EdDSA",
  },
  "weak-rsa": {
    value: setOf(named(es256), { ...weakRsaKeys["1024"]?.jwk, ...weak("RS256") }),
    token: byWeak("RS256", weakRsaKeys["1024"]?.seal ?? rs256.seal),
    alg: "RS256",
  },
  "e-1": {
    value: setOf(named(es256), { ...weakRsaKeys["e-1"]?.jwk, ...weak("RS256") }),
    token: byWeak("RS256", weakRsaKeys["e-1"]?.seal ?? rs256.seal),
    alg: "RS256",
  },
  "off-curve": {
    value: setOf(named(es256), { ...named(es256), kid: "weak", y: x }),
    token: byWeak("ES256", es256.seal),
  },
  null: { value: setOf(named(es256), null), token: bySound },
  "no-list": { value: { keys: named(es256) }, token: bySound },
  "bare-list": { value: [named(es256)], token: bySound },
  "bare-key": { value: named(es256), token: bySound },
};

const sets = Object.entries(setRows).map(([name, { value, token, alg = "ES256" }]) =>
  keyCase(`set-${name}`, {
    title: `The JWK set is not sound: ${name.replaceAll("-", " ")}.`,
    reason: "RFC 7517 §4.5, §5, §9.2",
    as: "set",
    alg,
    value,
    token,
  }),
);

/** Keys that no verifier should take. */
export const keyCases: readonly CorpusCase[] = [
  ...[...rsa, ...smallOrder, ...noPoints, ...points, ...kinds, ...purposes, ...secrets, ...pems],
  ...[...weakSecrets, ...longerHashes, ...sets],
];
