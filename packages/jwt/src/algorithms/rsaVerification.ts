import { memberBytes } from "./jwkMember.ts";
import type { Verification } from "./keyPair.ts";
import { plainCheck } from "./plainCheck.ts";
import { checkRsaPublicKey } from "./rsaModulus.ts";
import { withPadding } from "./rsaPadding.ts";

/** RSASSA-PKCS1-v1_5 (RFC 7518 §3.3), or with a salt length RSASSA-PSS (§3.5). */
export const verifyRsa = (hash: string, saltLength?: number): Verification => ({
  members: ["n", "e"],
  checkMembers: (jwk) => checkRsaPublicKey(memberBytes(jwk.n, "n"), memberBytes(jwk.e, "e")),
  verifier: (key) =>
    plainCheck(hash, withPadding(key, saltLength), Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8)),
});
