import { Buffer } from "node:buffer";
import { sign } from "node:crypto";
import { checkEdwardsPoint } from "./edwardsPoint.ts";
import { memberBytes } from "./jwkMember.ts";
import type { Signing, Verification } from "./keyPair.ts";
import { newPrivateKey } from "./newPrivateKey.ts";
import { plainCheck } from "./plainCheck.ts";
import { signInPool } from "./signInPool.ts";

/** Ed25519 (RFC 8032, RFC 8037 §3.1), under whichever of its two names the table lists it. */
export const verifyEd25519: Verification = {
  members: ["crv", "x"],
  checkMembers: (jwk) => checkEdwardsPoint(memberBytes(jwk.x, "x")),
  verifier: (key) => plainCheck(null, key, 64),
};

/** The other half. */
export const signEd25519: Signing = {
  members: ["d"],
  signer: (key) => (head, body) => sign(null, Buffer.from(head + body, "latin1"), key).toString("base64url"),
  asyncSigner: (key) => async (head, body) => (await signInPool(null, head + body, key)).toString("base64url"),
  generate: () => newPrivateKey("ed25519"),
};
