import { Buffer } from "node:buffer";
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { base64urlLength, encodeBase64url } from "../base64url.ts";
import type { KeyPairAlgorithm } from "./algorithm.ts";
import type { Curve } from "./curve.ts";
import { derSignature } from "./derSignature.ts";
import { memberBytes, toInteger } from "./jwkMember.ts";
import { rawSignature } from "./rawSignature.ts";

/** ECDSA on one curve (RFC 7518 §3.4). */
export const ecdsa = (hash: string, curve: Curve): KeyPairAlgorithm => ({
  kty: "EC",
  crv: curve.crv,
  publicMembers: ["crv", "x", "y"],
  privateMembers: ["d"],
  checkMembers: (jwk) => checkPoint(memberBytes(jwk.x, "x"), memberBytes(jwk.y, "y"), curve),
  signer: (key) => (input) => encodeBase64url(rawSignature(sign(hash, Buffer.from(input, "latin1"), key), curve.bytes)),
  verifier: (key) => {
    const length = base64urlLength(2 * curve.bytes);
    return (input, signature) => {
      if (signature.length !== length) return false;
      const raw = Buffer.from(signature, "base64url");
      return inRange(raw, curve) && verify(hash, Buffer.from(input, "latin1"), key, derSignature(raw));
    };
  },
  generate: () => generateKeyPairSync("ec", { namedCurve: curve.crv }).privateKey,
});

/** SEC 1 §3.2.2.1 for a curve of prime order; coordinates have their full length (RFC 7518 §6.2.1.2). */
function checkPoint(xBytes: Uint8Array, yBytes: Uint8Array, { crv, bytes, p, a, b }: Curve): void {
  const [x, y] = [toInteger(xBytes), toInteger(yBytes)];
  const hasFullLength = xBytes.length === bytes && yBytes.length === bytes;
  if (!hasFullLength || x >= p || y >= p || (y * y - x * x * x - a * x - b) % p !== 0n) {
    throw new TypeError(`the key is not a point on ${crv}`);
  }
}

/** Both r and s from 1 to order - 1: CVE-2022-21449 accepted zeros, so this does not rest on the library below. */
const inRange = (raw: Uint8Array, { bytes, order }: Curve): boolean =>
  isScalar(raw, 0, order) && isScalar(raw, bytes, order);

function isScalar(raw: Uint8Array, offset: number, order: Uint8Array): boolean {
  let isZero = true;
  let isSmaller = false;
  let isEqualSoFar = true;
  for (let at = 0; at < order.length; at++) {
    const [digit = 0, limit = 0] = [raw[offset + at], order[at]];
    if (digit !== 0) isZero = false;
    if (isEqualSoFar && digit !== limit) {
      isEqualSoFar = false;
      isSmaller = digit < limit;
    }
  }
  return isSmaller && !isZero;
}
