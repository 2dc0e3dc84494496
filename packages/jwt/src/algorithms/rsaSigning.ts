import { createSign } from "node:crypto";
import type { Signing } from "./keyPair.ts";
import { newPrivateKey } from "./newPrivateKey.ts";
import { checkModulusLength } from "./rsaModulus.ts";
import { besideKey, withPadding } from "./rsaPadding.ts";
import { checkRsaSecret } from "./rsaSecret.ts";
import { signInPool } from "./signInPool.ts";

/** RSASSA-PKCS1-v1_5 (RFC 7518 §3.3), or with a salt length RSASSA-PSS (§3.5). */
export const signRsa = (hash: string, saltLength?: number): Signing => ({
  members: ["d", "p", "q", "dp", "dq", "qi"],
  checkMembers: checkRsaSecret,
  signer: (key) => {
    const prepared = withPadding(key, saltLength);
    return (head, body) =>
      createSign(hash)
        .update(head + body, "latin1")
        .sign(prepared, "base64url");
  },
  asyncSigner: (key) => {
    const prepared = besideKey(key, saltLength);
    return async (head, body) => (await signInPool(hash, head + body, prepared)).toString("base64url");
  },
  generate: (modulusLength) => {
    checkModulusLength(modulusLength);
    return newPrivateKey("rsa", { modulusLength });
  },
});
