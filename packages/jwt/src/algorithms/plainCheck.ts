import { Buffer } from "node:buffer";
import { type KeyObject, type VerifyKeyObjectInput, verify } from "node:crypto";
import { base64urlLength } from "../base64url.ts";
import type { SignatureCheck } from "./signature.ts";

/** Checks signatures of `bytes` bytes that node:crypto takes as they are. */
export function plainCheck(hash: string | null, key: KeyObject | VerifyKeyObjectInput, bytes: number): SignatureCheck {
  const length = base64urlLength(bytes);
  return (signed, end) =>
    signed.length === end + 1 + length &&
    verify(hash, Buffer.from(signed.slice(0, end), "latin1"), key, Buffer.from(signed.slice(end + 1), "base64url"));
}
