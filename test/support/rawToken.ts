import { createHmac, createPrivateKey, type JsonWebKey, sign } from "node:crypto";

/** Signs a signing input as an algorithm has it, whatever the input says. */
export type RawSigner = (input: string) => Uint8Array;

/** What stands in a header or payload: an object, or JSON text that no serializer would write. */
export type Part = string | Readonly<Record<string, unknown>>;

/** A token put together by hand with `node:crypto` alone, so that it can say what our own library refuses to sign. */
export function rawToken(header: Part, payload: Part, signer: RawSigner): string {
  const input = `${segment(header)}.${segment(payload)}`;
  return `${input}.${base64url(signer(input))}`;
}

/** The signer of a secret JWK, by its `alg`. */
export function rawSigner({ alg, ...jwk }: JsonWebKey & { readonly alg?: string }): RawSigner {
  if (alg === "HS256") return macWith(Buffer.from(jwk.k ?? "", "base64url"));
  const key = createPrivateKey({ key: jwk, format: "jwk" });
  const bytes = (input: string): Buffer => Buffer.from(input);
  switch (alg) {
    case "RS256":
      return (input) => sign("sha256", bytes(input), key);
    case "ES256":
      return (input) => sign("sha256", bytes(input), { key, dsaEncoding: "ieee-p1363" });
    case "ES384":
      return (input) => sign("sha384", bytes(input), { key, dsaEncoding: "ieee-p1363" });
    case "EdDSA":
      return (input) => sign(null, bytes(input), key);
    default:
      throw new Error(`No raw signer for ${String(alg)}.`);
  }
}

/** HMAC-SHA-256 under any bytes, down to none at all. */
export const macWith =
  (secret: string | Uint8Array): RawSigner =>
  (input) =>
    createHmac("sha256", secret).update(input).digest();

/** Bytes or text as base64url without padding. */
export const base64url = (value: string | Uint8Array): string => Buffer.from(value).toString("base64url");

/** Reads a segment of JSON without judging it. */
export const jsonIn = (part: string | undefined): Record<string, unknown> =>
  JSON.parse(Buffer.from(part ?? "", "base64url").toString("utf8"));

/** The text with one bit of one letter turned over. */
export function flipped(text: string, bit: number): string {
  const bytes = Buffer.from(text, "latin1");
  const at = Math.floor(bit / 8);
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (bit % 8)), at);
  return bytes.toString("latin1");
}

const segment = (part: Part): string => base64url(typeof part === "string" ? part : JSON.stringify(part));
