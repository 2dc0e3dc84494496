import { world } from "../world.ts";
import { encode } from "./base64url.ts";
import { type Json, joined, objectIn, partsOf, withClaims } from "./jwt.ts";

/** The same token, that makes its bearer an administrator. */
export const asAdmin = (token: string): string => withClaims(token, { roles: ["admin"] });

/** An administrator's token that says it needs no signature (RFC 8725 section 2.1). */
export function unsigned(token: string): string {
  const parts = partsOf(asAdmin(token));
  if (!parts) return token;
  return joined({
    ...parts,
    header: encode(JSON.stringify({ ...objectIn(parts.header), alg: "none" })),
    signature: "",
  });
}

/** An administrator's token, signed in this browser by a key of the same kind that it has just made. */
export async function signedElsewhere(token: string): Promise<string> {
  const parts = partsOf(asAdmin(token));
  const alg = parts && objectIn(parts.header)?.alg;
  const how = ways.get(String(alg));
  if (!parts || !how) return token;
  const key = await how.make();
  const signature = await crypto.subtle.sign(how.signing, key, bytesOf(`${parts.header}.${parts.payload}`));
  return joined({ ...parts, signature: encode(new Uint8Array(signature)) });
}

/** An administrator's token by HMAC, whose secret is the public key that everybody may know (RFC 8725 section 2.1). */
export async function keyAsSecret(token: string, jwks: string): Promise<string> {
  const parts = partsOf(asAdmin(token));
  if (!parts) return token;
  const header = encode(JSON.stringify({ ...objectIn(parts.header), alg: "HS256" }));
  const key = await importSecret(bytesOf(jwks));
  const signature = await crypto.subtle.sign("HMAC", key, bytesOf(`${header}.${parts.payload}`));
  return joined({ header, payload: parts.payload, signature: encode(new Uint8Array(signature)) });
}

/** An opaque token holds nothing that could be changed, so all that is left is to guess. */
export function guessed(token: string): string {
  const last = token.slice(-1);
  return token.slice(0, -1) + (last === "A" ? "B" : "A");
}

/** Whether a token can be read at all. */
export const isReadable = (token: string): boolean => {
  const parts = partsOf(token);
  return parts !== undefined && objectIn(parts.payload) !== undefined;
};

type Way = { readonly make: () => Promise<CryptoKey>; readonly signing: AlgorithmIdentifier | EcdsaParams };

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const importSecret = (secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

const privateKey = async (algorithm: RsaHashedKeyGenParams | EcKeyGenParams | Algorithm): Promise<CryptoKey> => {
  const made = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  return "privateKey" in made ? made.privateKey : made;
};

const rsa = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};

const ways: ReadonlyMap<string, Way> = new Map<string, Way>([
  ["HS256", { make: () => importSecret(world.random(32)), signing: "HMAC" }],
  ["RS256", { make: () => privateKey(rsa), signing: rsa.name }],
  [
    "ES256",
    {
      make: () => privateKey({ name: "ECDSA", namedCurve: "P-256" }),
      signing: { name: "ECDSA", hash: "SHA-256" },
    },
  ],
  ["EdDSA", { make: () => privateKey({ name: "Ed25519" }), signing: "Ed25519" }],
]);

/** Members of a payload that a person recognises. */
export const claimsOf = (token: string): Json | undefined => {
  const parts = partsOf(token);
  return parts && objectIn(parts.payload);
};
