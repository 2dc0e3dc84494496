import { Buffer } from "node:buffer";
import { verify } from "node:crypto";
import { base64urlLength } from "../base64url.ts";
import type { Curve } from "./curve.ts";
import { derSignature } from "./derSignature.ts";
import { memberBytes } from "./jwkMember.ts";
import type { Verification } from "./keyPair.ts";

/** ECDSA on one curve (RFC 7518 §3.4, RFC 8812 §3.2). */
export const verifyEcdsa = (hash: string, curve: Curve): Verification => ({
  members: ["crv", "x", "y"],
  checkMembers: (jwk) => {
    for (const name of ["x", "y"] as const) checkCoordinate(memberBytes(jwk[name], name), curve);
  },
  verifier: (key) => {
    const length = base64urlLength(2 * curve.bytes);
    return (signed, end) => {
      if (signed.length !== end + 1 + length) return false;
      const raw = Buffer.from(signed.slice(end + 1), "base64url");
      return inRange(raw, curve) && verify(hash, Buffer.from(signed.slice(0, end), "latin1"), key, derSignature(raw));
    };
  },
});

/** Coordinates have their full length (RFC 7518 §6.2.1.2). That they are a point of the curve is checked on import. */
function checkCoordinate(coordinate: Uint8Array, { crv, bytes }: Curve): void {
  if (coordinate.length !== bytes) throw new TypeError(`the key is not a point on ${crv}`);
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
