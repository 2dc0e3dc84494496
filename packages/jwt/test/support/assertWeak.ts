import assert from "node:assert/strict";
import type { JsonWebKey } from "node:crypto";
import { type KeyPairAlgorithmName, keySetFromJwks, publicKey } from "@cardea/jwt";

/** Asserts that a JWK is refused as a key of its own, and that it spoils a whole set. */
export function assertWeak(jwk: JsonWebKey, alg: KeyPairAlgorithmName, message: RegExp): void {
  assert.throws(() => publicKey(jwk, { alg }), { name: "TypeError", message });
  assert.throws(() => keySetFromJwks({ keys: [{ ...jwk, alg }] }), { name: "TypeError", message });
}
