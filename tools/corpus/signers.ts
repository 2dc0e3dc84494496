import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  sign,
} from "node:crypto";
import { join } from "node:path";
import { type Jwk, readJson } from "./corpus.ts";

/** Makes the signature of a signing input, as bytes. */
export type Seal = (input: string | Uint8Array) => Uint8Array;

/** Somebody who signs with one of the fixed test keys, by node:crypto alone. */
export type Signer = {
  readonly name: string;
  readonly alg: string;
  readonly seal: Seal;
  readonly keyObject: KeyObject;
  readonly publicKeyObject: KeyObject;
  readonly publicJwk: Jwk;
};

const signingKeys = readJson<{ keys: readonly JsonWebKey[] }>(join(import.meta.dirname, "signingKeys.json")).keys;

/** The signers of the corpus and, under names with `stranger-`, those that nobody trusts. */
const signers: ReadonlyMap<string, Signer> = new Map(signingKeys.map((jwk) => [String(jwk.kid), signerOf(jwk)]));

/** Those whose keys are in keys.json. */
export const trusted: readonly Signer[] = [...signers.values()].filter(({ name }) => !name.startsWith("stranger-"));

/** The signer of that name; throws when there is none. */
export function signer(name: string): Signer {
  const found = signers.get(name);
  if (found === undefined) throw new Error(`signingKeys.json has no key "${name}"`);
  return found;
}

function signerOf(jwk: JsonWebKey): Signer {
  const [name, alg] = [String(jwk.kid), String(jwk.alg)];
  const isShared = jwk.kty === "oct";
  const keyObject = isShared
    ? createSecretKey(Buffer.from(String(jwk.k), "base64url"))
    : createPrivateKey({ key: jwk, format: "jwk" });
  const publicKeyObject = isShared ? keyObject : createPublicKey(keyObject);
  const publicJwk = { ...publicKeyObject.export({ format: "jwk" }), alg, kid: name };
  return { name, alg, seal: sealWith(alg, keyObject), keyObject, publicKeyObject, publicJwk };
}

/** The signature that an algorithm's RFC asks for. */
export function sealWith(alg: string, key: KeyObject): Seal {
  const hash = alg === "ES256K" ? "sha256" : `sha${alg.slice(2)}`;
  if (alg.startsWith("HS")) return macWith(hash, key.export());
  if (/^(Ed|ML)/.test(alg)) return (input) => sign(null, Buffer.from(input), key);
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  const options = { key, dsaEncoding: "ieee-p1363" as const, ...(alg.startsWith("PS") && pss) };
  return (input) => sign(hash, Buffer.from(input), options);
}

/** An HMAC under any secret, however unfit. */
export function macWith(hash: string, secret: string | Uint8Array): Seal {
  return (input) => createHmac(hash, secret).update(input).digest();
}

/** Texts and bytes in which a public key lies about, each of which has been taken for an HMAC secret. */
export function publicForms({ publicKeyObject: key }: Signer): Readonly<Record<string, Buffer>> {
  const pem = key.export({ type: "spki", format: "pem" }).toString();
  const body = pem.replace(/-----[^-]+-----\n?/g, "");
  const jwk = JSON.stringify(key.export({ format: "jwk" }));
  const texts: Record<string, string> = {
    pem,
    "pem-without-final-newline": pem.trimEnd(),
    "pem-crlf": pem.replaceAll("\n", "\r\n"),
    "pem-after-a-space": ` ${pem}`,
    "pem-body": body,
    "pem-body-in-one-line": body.replaceAll("\n", ""),
    jwk,
    "jwk-set": `{"keys":[${jwk}]}`,
  };
  if (key.asymmetricKeyType === "rsa") texts["pem-pkcs1"] = key.export({ type: "pkcs1", format: "pem" }).toString();
  const bytes = { der: key.export({ type: "spki", format: "der" }), ...points(key.export({ format: "jwk" })) };
  return { ...Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)])), ...bytes };
}

function points({ crv, x, y }: JsonWebKey): Readonly<Record<string, Buffer>> {
  if (x === undefined) return {};
  const [first, second] = [Buffer.from(x, "base64url"), Buffer.from(y ?? "", "base64url")];
  if (crv === "Ed25519") return { "raw-bytes": first };
  const compressed = Buffer.concat([Buffer.of(2 + ((second.at(-1) ?? 0) & 1)), first]);
  return { "raw-point": Buffer.concat([Buffer.of(4), first, second]), "compressed-point": compressed };
}
