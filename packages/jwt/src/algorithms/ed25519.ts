import { Buffer } from "node:buffer";
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { base64urlLength } from "../base64url.ts";
import type { KeyPairAlgorithm } from "./algorithm.ts";
import { checkEdwardsPoint } from "./edwardsPoint.ts";
import { memberBytes } from "./jwkMember.ts";

const signatureLength = base64urlLength(64);

/** Ed25519 (RFC 8032, RFC 8037 §3.1), under whichever of its two names the table lists it. */
export const ed25519: KeyPairAlgorithm = {
  kty: "OKP",
  crv: "Ed25519",
  publicMembers: ["crv", "x"],
  privateMembers: ["d"],
  checkMembers: (jwk) => checkEdwardsPoint(memberBytes(jwk.x, "x")),
  signer: (key) => (input) => sign(null, Buffer.from(input, "latin1"), key).toString("base64url"),
  verifier: (key) => (input, signature) =>
    signature.length === signatureLength &&
    verify(null, Buffer.from(input, "latin1"), key, Buffer.from(signature, "base64url")),
  generate: () => generateKeyPairSync("ed25519").privateKey,
};
