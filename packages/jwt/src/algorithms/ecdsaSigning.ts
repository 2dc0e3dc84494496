import { Buffer } from "node:buffer";
import { generateKeyPairSync, sign } from "node:crypto";
import { encodeBase64url } from "../base64url.ts";
import type { Curve } from "./curve.ts";
import type { Signing } from "./keyPair.ts";
import { rawSignature } from "./rawSignature.ts";
import { signInPool } from "./signInPool.ts";

/** ECDSA on one curve (RFC 7518 §3.4, RFC 8812 §3.2). */
export const signEcdsa = (hash: string, { crv, bytes }: Curve): Signing => {
  const encode = (der: Uint8Array): string => encodeBase64url(rawSignature(der, bytes));
  return {
    members: ["d"],
    signer: (key) => (head, body) => encode(sign(hash, Buffer.from(head + body, "latin1"), key)),
    asyncSigner: (key) => async (head, body) => encode(await signInPool(hash, head + body, key)),
    generate: () => generateKeyPairSync("ec", { namedCurve: crv }).privateKey,
  };
};
