import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import {
  type AlgorithmName,
  exportSecretJwk,
  generateKey,
  importSecretJwk,
  privateKey,
  type SigningKey,
  thumbprint,
} from "@cardea/jwt";

/** A new key for an algorithm. RSA keys are made in the thread pool: one takes so long that the process would do nothing else meanwhile. */
export async function makeKey(alg: AlgorithmName): Promise<SigningKey> {
  if (!isRsa(alg)) return generateKey(alg);
  const jwk = exportSecretJwk(privateKey(await newRsaKey(), { alg }));
  return importSecretJwk({ ...jwk, kid: thumbprint(jwk) });
}

type RsaAlgorithm = Extract<AlgorithmName, `${"RS" | "PS"}${number}`>;

const isRsa = (alg: AlgorithmName): alg is RsaAlgorithm => /^[RP]S/.test(alg);

/** As bytes, like the keys of @cardea/jwt: 3072 bits, in PKCS#8. */
async function newRsaKey(): Promise<Uint8Array> {
  const { privateKey: bytes } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 3072,
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  });
  return bytes;
}
