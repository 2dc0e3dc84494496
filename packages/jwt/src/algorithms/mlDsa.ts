import { Buffer } from "node:buffer";
import { sign } from "node:crypto";
import { memberBytes } from "./jwkMember.ts";
import type { Signing, Verification } from "./keyPair.ts";
import { newPrivateKey } from "./newPrivateKey.ts";
import { plainCheck } from "./plainCheck.ts";
import { signInPool } from "./signInPool.ts";

/** ML-DSA with an empty context (FIPS 204, RFC 9964 §3); the sizes of FIPS 204 §4, table 2, in bytes. */
export const verifyMlDsa = (publicKeyBytes: number, signatureBytes: number): Verification => ({
  members: ["alg", "pub"],
  checkMembers: (jwk) => {
    if (jwk.alg === undefined) throw new TypeError("a JWK of type AKP must name its alg");
    checkSize(memberBytes(jwk.pub, "pub"), publicKeyBytes);
  },
  verifier: (key) => plainCheck(null, key, signatureBytes),
});

/** The other half. The private key is the seed of 32 bytes (RFC 9964 §4). */
export const signMlDsa = (type: "ml-dsa-44" | "ml-dsa-65" | "ml-dsa-87"): Signing => ({
  members: ["priv"],
  checkMembers: (jwk) => checkSize(memberBytes(jwk.priv, "priv"), 32),
  signer: (key) => (head, body) => sign(null, Buffer.from(head + body, "latin1"), key).toString("base64url"),
  asyncSigner: (key) => async (head, body) => (await signInPool(null, head + body, key)).toString("base64url"),
  generate: () => newPrivateKey(type),
});

function checkSize(bytes: Uint8Array, expected: number): void {
  if (bytes.length !== expected) throw new TypeError(`the ML-DSA key needs ${expected} bytes`);
}
