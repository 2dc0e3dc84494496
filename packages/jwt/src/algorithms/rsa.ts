import { Buffer } from "node:buffer";
import { constants, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { base64urlLength } from "../base64url.ts";
import type { KeyPairAlgorithm } from "./algorithm.ts";
import { memberBytes } from "./jwkMember.ts";
import { ownPropertiesWork } from "./ownPropertiesWork.ts";
import { checkModulusLength, checkRsaPublicKey } from "./rsaModulus.ts";
import { checkRsaSecret } from "./rsaSecret.ts";

/** RSASSA-PKCS1-v1_5 (RFC 7518 §3.3), or with a salt length RSASSA-PSS with MGF1 on the same hash (§3.5). */
export const rsa = (hash: string, saltLength?: number): KeyPairAlgorithm => ({
  kty: "RSA",
  publicMembers: ["n", "e"],
  privateMembers: ["d", "p", "q", "dp", "dq", "qi"],
  checkMembers: (jwk) => checkRsaPublicKey(memberBytes(jwk.n, "n"), memberBytes(jwk.e, "e")),
  checkSecretMembers: checkRsaSecret,
  signer: (key) => {
    const prepared = withPadding(key, saltLength);
    return (input) => sign(hash, Buffer.from(input, "latin1"), prepared).toString("base64url");
  },
  verifier: (key) => {
    const prepared = withPadding(key, saltLength);
    const length = base64urlLength(Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8));
    return (input, signature) =>
      signature.length === length &&
      verify(hash, Buffer.from(input, "latin1"), prepared, Buffer.from(signature, "base64url"));
  },
  generate: (modulusLength) => {
    checkModulusLength(modulusLength);
    return generateKeyPairSync("rsa", { modulusLength }).privateKey;
  },
});

type Prepared = KeyObject | { key: KeyObject; padding: number; saltLength: number };

/**
 * Node 24 spends 14 to 18 microseconds a call on any key argument but a bare KeyObject, so PSS puts its two options on
 * our own KeyObject where the runtime reads them there.
 */
function withPadding(key: KeyObject, saltLength: number | undefined): Prepared {
  if (saltLength === undefined) return key;
  const options = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  return ownPropertiesWork() ? Object.assign(key, options) : { key, ...options };
}
