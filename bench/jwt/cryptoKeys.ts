import type { KeyObject, webcrypto } from "node:crypto";
import type { Material } from "./material.ts";
import type { Algorithm } from "./reference.ts";

/** The keys in the form of Web Crypto, for the libraries that are built on it. */
export async function cryptoKeys({ alg, signingKey, verificationKey }: Material): Promise<{
  readonly signingKey: webcrypto.CryptoKey;
  readonly verificationKey: webcrypto.CryptoKey;
}> {
  return {
    signingKey: await cryptoKey(signingKey, alg, "sign"),
    verificationKey: await cryptoKey(verificationKey, alg, "verify"),
  };
}

const cryptoKey = (key: KeyObject, alg: Algorithm, usage: "sign" | "verify"): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey("jwk", key.export({ format: "jwk" }), parameters[alg], false, [usage]);

const parameters: Readonly<
  Record<Algorithm, { readonly name: string; readonly hash?: string; readonly namedCurve?: string }>
> = {
  HS256: { name: "HMAC", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
  PS256: { name: "RSA-PSS", hash: "SHA-256" },
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  EdDSA: { name: "Ed25519" },
};
