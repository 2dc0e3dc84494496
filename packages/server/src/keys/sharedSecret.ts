import { createHmac } from "node:crypto";
import { type AlgorithmName, hmacKey, type SigningKey } from "@cardea/jwt";
import { ConfigurationError } from "../refusal.ts";

/**
 * A shared secret of the configuration as a key; it is never stored. Its kid is a MAC under itself: equal secrets meet, and nothing
 * about the secret can be read from it. Throws `ConfigurationError` when it does not fit the algorithm.
 */
export function sharedSecretKey(secret: Uint8Array, alg: AlgorithmName): SigningKey {
  if (!alg.startsWith("HS")) {
    throw new ConfigurationError(
      `keys.secret is a shared secret for HS256, HS384 or HS512, but keys.alg is ${alg}. Remove keys.secret or set keys.alg to HS256.`,
    );
  }
  const kid = createHmac("sha256", secret).update("cardea kid").digest("base64url").slice(0, 22);
  try {
    return hmacKey(secret, { alg: alg as "HS256", kid });
  } catch (error) {
    throw new ConfigurationError(
      `keys.secret does not fit ${alg}: ${error instanceof Error ? error.message : "refused"}`,
    );
  }
}
