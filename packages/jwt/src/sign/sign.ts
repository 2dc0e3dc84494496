import type { SigningKey } from "../keys/key.ts";
import { refuseUnknownOptions } from "../refuseUnknownOptions.ts";
import { createSigner, type SignOptions } from "./createSigner.ts";

/**
 * Signs claims as a compact JWT. Whoever signs more than one with the same key makes a signer first:
 * `createSigner({ key })`. Throws a TypeError for claims that no verifier would take.
 */
export function sign(claims: object, key: SigningKey, options: SignOptions = {}): string {
  const own = refuseUnknownOptions("sign", options, ["typ", "header", "critical"]);
  return createSigner({ ...own, key })(claims);
}
