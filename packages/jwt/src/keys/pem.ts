import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

/**
 * The key in a PEM text (RFC 7468) of exactly one block. The label alone says what it is; a label of the other kind is
 * refused, never converted. Throws a TypeError that does not quote the text.
 */
export function keyObjectFromPem(text: string, kind: "public" | "private"): KeyObject {
  const block = /^\s*-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----\s*$/.exec(text);
  if (block === null) throw new TypeError("the text is not PEM with exactly one unencrypted block");
  const read = readers[kind].get(block[1] ?? "");
  if (read === undefined) {
    throw new TypeError(`expected a PEM block ${[...readers[kind].keys()].join(" or ")}; got ${block[1]}`);
  }
  return keyObjectFromDer(Buffer.from(block[2] ?? "", "base64"), read);
}

/** The key in DER bytes of a named format. Throws a TypeError without the parser's text. */
export function keyObjectFromDer(key: Uint8Array, format: DerFormat): KeyObject {
  const der = Buffer.from(key);
  try {
    return format.kind === "public"
      ? createPublicKey({ key: der, format: "der", type: format.type })
      : createPrivateKey({ key: der, format: "der", type: format.type });
  } catch {
    throw new TypeError(`the bytes are not a ${format.kind} key in ${format.type.toUpperCase()} form`);
  }
}

/** How DER bytes are to be read. */
export type DerFormat =
  | { readonly kind: "public"; readonly type: "spki" | "pkcs1" }
  | { readonly kind: "private"; readonly type: "pkcs8" | "pkcs1" | "sec1" };

const readers: Readonly<Record<"public" | "private", ReadonlyMap<string, DerFormat>>> = {
  public: new Map<string, DerFormat>([
    ["PUBLIC KEY", { kind: "public", type: "spki" }],
    ["RSA PUBLIC KEY", { kind: "public", type: "pkcs1" }],
  ]),
  private: new Map<string, DerFormat>([
    ["PRIVATE KEY", { kind: "private", type: "pkcs8" }],
    ["RSA PRIVATE KEY", { kind: "private", type: "pkcs1" }],
    ["EC PRIVATE KEY", { kind: "private", type: "sec1" }],
  ]),
};
