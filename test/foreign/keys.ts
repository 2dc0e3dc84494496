import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey } from "node:crypto";
import {
  type AlgorithmName,
  exportPublicJwk,
  exportSecretJwk,
  generateKey,
  type HmacAlgorithmName,
  hmacKey,
  importSecretJwk,
  type KeyPairAlgorithmName,
  privateKey,
  publicKey,
  publicKeyOf,
  type SigningKey,
  type VerificationKey,
} from "@cardea/jwt";
import type { ForeignKey, ForeignKeys, Form } from "./peer.ts";

/** Our keys for one algorithm. */
export type OwnKeys = { readonly signingKey: SigningKey; readonly verificationKey: VerificationKey };

/** New keys of ours. */
export function makeKeys(alg: AlgorithmName): OwnKeys {
  const kid = `ours-${alg}`;
  const signingKey = isRsa(alg) ? privateKey(rsaKey, { alg, kid }) : generateKey(alg, { kid });
  return { signingKey, verificationKey: signingKey.kind === "private" ? publicKeyOf(signingKey) : signingKey };
}

/** Our keys in a form in which they can travel. */
export function exportKeys({ signingKey, verificationKey }: OwnKeys, form: Form): ForeignKeys {
  const secretJwk = exportSecretJwk(signingKey);
  const publicJwk = verificationKey.kind === "public" ? exportPublicJwk(verificationKey) : secretJwk;
  if (form === "jwk") return { signing: { jwk: secretJwk }, verification: { jwk: publicJwk } };
  if (form === "secret") return { signing: { secret: `${secretJwk.k}` }, verification: { secret: `${secretJwk.k}` } };
  return { signing: { pem: privatePem(secretJwk) }, verification: { pem: publicPem(publicJwk) } };
}

/** Keys that travelled to us. */
export function importKeys({ signing, verification }: ForeignKeys, alg: AlgorithmName): OwnKeys {
  const signingKey = importSigningKey(signing, alg);
  return {
    signingKey,
    verificationKey: signingKey.kind === "private" ? importPublicKey(verification, signingKey.alg) : signingKey,
  };
}

function importSigningKey(key: ForeignKey, alg: AlgorithmName): SigningKey {
  if (isPair(alg) && "jwk" in key) return privateKey(key.jwk, { alg });
  if (isPair(alg) && "pem" in key) return privateKey(key.pem, { alg });
  if (isHmac(alg) && "jwk" in key) return importSecretJwk({ ...key.jwk, alg });
  if (isHmac(alg) && "secret" in key) return hmacKey(Buffer.from(key.secret, "base64url"), { alg });
  throw new Error(`no key for ${alg} travels in this form`);
}

function importPublicKey(key: ForeignKey, alg: AlgorithmName): VerificationKey {
  if (isPair(alg) && "jwk" in key) return publicKey(key.jwk, { alg });
  if (isPair(alg) && "pem" in key) return publicKey(key.pem, { alg });
  throw new Error(`no public key for ${alg} travels in this form`);
}

const isHmac = (alg: AlgorithmName): alg is HmacAlgorithmName => alg.startsWith("HS");
const isPair = (alg: AlgorithmName): alg is KeyPairAlgorithmName => !isHmac(alg);
const isRsa = (alg: AlgorithmName): alg is KeyPairAlgorithmName => /^[RP]S/.test(alg);

const privatePem = (jwk: JsonWebKey): string =>
  createPrivateKey({ format: "jwk", key: jwk }).export({ type: "pkcs8", format: "pem" }).toString();

const publicPem = (jwk: JsonWebKey): string =>
  createPublicKey({ format: "jwk", key: jwk }).export({ type: "spki", format: "pem" }).toString();

/** One for all algorithms, because it takes long. */
const rsaKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
