import { Buffer } from "node:buffer";
import { createVerify, type KeyObject, type VerifyKeyObjectInput, verify } from "node:crypto";
import { base64urlLength } from "../encoding/base64url.ts";
import type { SignatureCheck } from "./signature.ts";

/** Checks signatures of `bytes` bytes that node:crypto takes as they are. */
export function plainCheck(hash: string | null, key: KeyObject | VerifyKeyObjectInput, bytes: number): SignatureCheck {
  const length = base64urlLength(bytes);
  const isRight = hash === null ? oneShot(key) : streamed(hash, key);
  return (signed, end) => signed.length === end + 1 + length && isRight(signed.slice(0, end), signed.slice(end + 1));
}

type Key = KeyObject | VerifyKeyObjectInput;

/** A stream takes both texts as they are and so is half a microsecond faster; it needs a hash of its own. */
const streamed =
  (hash: string, key: Key) =>
  (input: string, signature: string): boolean =>
    createVerify(hash).update(input, "latin1").verify(key, signature, "base64url");

const oneShot =
  (key: Key) =>
  (input: string, signature: string): boolean =>
    verify(null, Buffer.from(input, "latin1"), key, Buffer.from(signature, "base64url"));
