import { publicKey } from "@cardea/jwt";
import { createVerifier, type Verifier } from "@cardea/verifier";
import type { Material } from "./material.ts";

/** Our verifier in hybrid mode: it follows the issuer's revocations. */
export async function newVerifier(material: Material, cacheSize: number): Promise<Verifier> {
  const { issuer, audience, credentials, key } = material;
  const verifier = createVerifier({
    issuer,
    audience,
    credentials,
    keys: publicKey(key, { alg: "ES256" }),
    revocation: { maxStaleness: "5s", whenStale: "deny" },
    readyTimeout: "60s",
    cacheSize,
  });
  await verifier.ready();
  return verifier;
}
