import { Buffer } from "node:buffer";
import { createVerify } from "node:crypto";
import { base64urlLength } from "../encoding/base64url.ts";
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
      if (!inRange(raw, curve)) return false;
      if (curve.needsLowS) lowerS(raw, curve);
      return createVerify(hash).update(signed.slice(0, end), "latin1").verify(key, derSignature(raw));
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
  let at = 0;
  while (at < order.length && raw[offset + at] === order[at]) at++;
  if (at === order.length || (raw[offset + at] ?? 0) > (order[at] ?? 0)) return false;
  for (let digit = 0; digit < order.length; digit++) if (raw[offset + digit] !== 0) return true;
  return false;
}

/** Puts order - s in the place of s, where that is the smaller: both are right or neither is (SEC 1 §4.1.4). */
function lowerS(raw: Uint8Array, { bytes, order }: Curve): void {
  const other = new Uint8Array(bytes);
  let borrow = 0;
  for (let at = bytes - 1; at >= 0; at--) {
    const digit = (order[at] ?? 0) - (raw[bytes + at] ?? 0) - borrow;
    borrow = digit < 0 ? 1 : 0;
    other[at] = digit & 0xff;
  }
  if (Buffer.compare(other, raw.subarray(bytes)) < 0) raw.set(other, bytes);
}
