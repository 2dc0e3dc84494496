import { createSign } from "node:crypto";
import type { Curve } from "./curve.ts";
import type { Signing } from "./keyPair.ts";
import { newPrivateKey } from "./newPrivateKey.ts";
import { rawSignature } from "./rawSignature.ts";
import { signInPool } from "./signInPool.ts";

/** ECDSA on one curve (RFC 7518 §3.4, RFC 8812 §3.2). */
export const signEcdsa = (hash: string, { crv, bytes }: Curve): Signing => {
  const encode = (der: Uint8Array): string => rawSignature(der, bytes);
  return {
    members: ["d"],
    signer: (key) => (head, body) =>
      encode(
        createSign(hash)
          .update(head + body, "latin1")
          .sign(key),
      ),
    asyncSigner: (key) => async (head, body) => encode(await signInPool(hash, head + body, key)),
    generate: () => newPrivateKey("ec", { namedCurve: crv }),
  };
};
