import { Buffer } from "node:buffer";
import { decodeBase64url } from "../encoding/base64url.ts";

/** The bytes of a JWK's member; throws a TypeError that names the member unless it is canonical base64url. */
export function memberBytes(member: unknown, name: string): Uint8Array {
  const bytes = typeof member === "string" && member !== "" ? decodeBase64url(member) : undefined;
  if (bytes === undefined) throw new TypeError(`the key's "${name}" must be base64url without padding`);
  return bytes;
}

/** Big-endian bytes as a number. */
export const toInteger = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);
