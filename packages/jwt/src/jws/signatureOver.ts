import { Key, type SigningKey } from "../keys/key.ts";
import type { Content } from "./content.ts";
import type { JwsSignature } from "./jws.ts";
import { type JsonJwsSigner, protect } from "./protect.ts";

/** One signature over a payload (RFC 7515 §5.1, RFC 7797 §3), in the form that JSON has for it. */
export function signatureOver({ input, isEncoded }: Content, signer: JsonJwsSigner, caller: string): JwsSignature {
  const { protectedSegment, unprotectedHeader } = protect(caller, signer, isEncoded);
  const { sign } = Key.materialOf<SigningKey["kind"]>(signer.key);
  return {
    ...(protectedSegment !== "" && { protected: protectedSegment }),
    ...(Object.keys(unprotectedHeader).length > 0 && { header: unprotectedHeader }),
    signature: sign(`${protectedSegment}.`, input),
  };
}
