import type {
  AlgorithmName,
  HmacAlgorithmName,
  KeyPairAlgorithm,
  KeyPairAlgorithmName,
  SymmetricAlgorithm,
} from "./algorithm.ts";
import { p256, p384, p521 } from "./curve.ts";
import { ecdsa } from "./ecdsa.ts";
import { ed25519 } from "./ed25519.ts";
import { hmac } from "./hmac.ts";
import { rsa } from "./rsa.ts";

type Rows = Readonly<Record<HmacAlgorithmName, SymmetricAlgorithm> & Record<KeyPairAlgorithmName, KeyPairAlgorithm>>;

const rows: Rows = {
  HS256: hmac("sha256", 32, 64),
  HS384: hmac("sha384", 48, 128),
  HS512: hmac("sha512", 64, 128),
  RS256: rsa("sha256"),
  RS384: rsa("sha384"),
  RS512: rsa("sha512"),
  PS256: rsa("sha256", 32),
  PS384: rsa("sha384", 48),
  PS512: rsa("sha512", 64),
  ES256: ecdsa("sha256", p256),
  ES384: ecdsa("sha384", p384),
  ES512: ecdsa("sha512", p521),
  EdDSA: ed25519,
  Ed25519: ed25519,
};

/**
 * The one table of algorithms (RFC 7518 §3.1, RFC 8037, RFC 9864). A new algorithm is a new row; no other code compares
 * a name. It has no prototype, so `constructor` and `__proto__` are in no table either, and neither is `none`.
 */
export const algorithms: Rows = Object.freeze(Object.setPrototypeOf(rows, null));

/** Whether a value is the name of a row. */
export const isAlgorithmName = (name: unknown): name is AlgorithmName => typeof name === "string" && name in algorithms;

/** The names, in the order of the table. */
export const algorithmNames: readonly AlgorithmName[] = Object.keys(algorithms).filter(isAlgorithmName);

/** Whether a value is the name of a row with a shared secret. */
export const isHmacName = (name: unknown): name is HmacAlgorithmName =>
  isAlgorithmName(name) && algorithms[name].kty === "oct";

/** Whether a value is the name of a row with a pair of keys. */
export const isKeyPairName = (name: unknown): name is KeyPairAlgorithmName =>
  isAlgorithmName(name) && algorithms[name].kty !== "oct";
