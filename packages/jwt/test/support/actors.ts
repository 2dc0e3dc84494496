import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";
import {
  type AlgorithmName,
  type HmacAlgorithmName,
  hmacKey,
  type KeyPairAlgorithmName,
  privateKey,
  publicKey,
  type SigningKey,
  type VerificationKey,
} from "@cardea/jwt";

/** The keys of one algorithm in every form, made once for all test files. */
export type Actor<Name extends AlgorithmName = AlgorithmName> = {
  readonly alg: Name;
  readonly signingKey: SigningKey;
  readonly verificationKey: VerificationKey;
  /** Node's own key: the private half of a pair, or the secret. */
  readonly keyObject: KeyObject;
  /** Node's own public half; the secret itself for HMAC. */
  readonly publicKeyObject: KeyObject;
  /** Signs by node:crypto alone, so that a fault in the package cannot hide itself. */
  readonly seal: (input: string | Uint8Array) => string;
};

/** The kid of every actor's key. */
export const kid = "the-key";

/**
 * A new private key by node:crypto, made of bytes: Node 20 stands still when it collects the object that generated a
 * key while that key is exported.
 */
function newKey(type: string, options: object = {}): KeyObject {
  const generate = generateKeyPairSync as unknown as (type: string, options: object) => { privateKey: Buffer };
  const publicKeyEncoding = { type: "spki", format: "der" };
  const privateKeyEncoding = { type: "pkcs8", format: "der" };
  const { privateKey: der } = generate(type, { ...options, publicKeyEncoding, privateKeyEncoding });
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

const rsaKey = newKey("rsa", { modulusLength: 2048 });
const edwardsKey = newKey("ed25519");

/** By algorithm. RSA algorithms share one key pair, as do the two names of Ed25519. */
export const actors = {
  HS256: sharer("HS256", 32),
  HS384: sharer("HS384", 48),
  HS512: sharer("HS512", 64),
  RS256: pairOwner("RS256", rsaKey),
  RS384: pairOwner("RS384", rsaKey),
  RS512: pairOwner("RS512", rsaKey),
  PS256: pairOwner("PS256", rsaKey),
  PS384: pairOwner("PS384", rsaKey),
  PS512: pairOwner("PS512", rsaKey),
  ES256: pairOwner("ES256", newKey("ec", { namedCurve: "P-256" })),
  ES384: pairOwner("ES384", newKey("ec", { namedCurve: "P-384" })),
  ES512: pairOwner("ES512", newKey("ec", { namedCurve: "P-521" })),
  EdDSA: pairOwner("EdDSA", edwardsKey),
  Ed25519: pairOwner("Ed25519", edwardsKey),
} as const satisfies { readonly [Name in Exclude<AlgorithmName, RareName>]: Actor<Name> };

/** Algorithms that not every runtime has. */
type RareName = "ES256K" | "ML-DSA-44" | "ML-DSA-65" | "ML-DSA-87";

/** Those that this runtime has, by the word of node:crypto and not of the package. */
export const rareActors: readonly Actor<RareName>[] = [
  ...owners("ES256K", () => newKey("ec", { namedCurve: "secp256k1" })),
  ...owners("ML-DSA-44", () => newKey("ml-dsa-44")),
  ...owners("ML-DSA-65", () => newKey("ml-dsa-65")),
  ...owners("ML-DSA-87", () => newKey("ml-dsa-87")),
];

/** All of them. */
export const everyActor: readonly Actor[] = [...Object.values(actors), ...rareActors];

/** One of each kind, for tables whose rows do not depend on the hash. */
export const mainActors: readonly Actor[] = [actors.HS256, actors.RS256, actors.PS256, actors.ES256, actors.EdDSA];

/** Those with a pair of keys. */
export const pairActors: readonly Actor<KeyPairAlgorithmName>[] = [
  ...[actors.RS256, actors.RS384, actors.RS512, actors.PS256, actors.PS384, actors.PS512],
  ...[actors.ES256, actors.ES384, actors.ES512, actors.EdDSA, actors.Ed25519],
  ...rareActors,
];

/** Signs the way RFC 7518 and RFC 8037 say, in the words of node:crypto. */
export function sealWith(alg: AlgorithmName, key: KeyObject): Actor["seal"] {
  const hash = `sha${alg.slice(2, 5)}`;
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const pss = { padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  return (input) => {
    const data = Buffer.from(input);
    if (alg.startsWith("HS")) return createHmac(hash, key).update(data).digest("base64url");
    if (alg.startsWith("Ed") || alg.startsWith("ML")) return sign(null, data, key).toString("base64url");
    return sign(hash, data, { key, dsaEncoding: "ieee-p1363", ...(alg.startsWith("PS") && pss) }).toString("base64url");
  };
}

function sharer<Name extends HmacAlgorithmName>(alg: Name, bytes: number): Actor<Name> {
  const secret = randomBytes(bytes);
  const key = hmacKey(secret, { alg, kid });
  const keyObject = createSecretKey(secret);
  const seal = sealWith(alg, keyObject);
  return { alg, signingKey: key, verificationKey: key, keyObject, publicKeyObject: keyObject, seal };
}

/** The owner of a key that the runtime can make; nobody where it cannot. */
function owners<Name extends RareName>(alg: Name, generate: () => KeyObject): readonly Actor<Name>[] {
  let key: KeyObject;
  try {
    key = generate();
  } catch {
    return [];
  }
  return [pairOwner(alg, key)];
}

function pairOwner<Name extends KeyPairAlgorithmName>(alg: Name, source: KeyObject): Actor<Name> {
  const keyObject = createPrivateKey({ key: source.export({ format: "jwk" }), format: "jwk" });
  const publicKeyObject = createPublicKey(keyObject);
  return {
    alg,
    signingKey: privateKey(keyObject, { alg, kid }),
    verificationKey: publicKey(publicKeyObject, { alg, kid }),
    keyObject,
    publicKeyObject,
    seal: sealWith(alg, keyObject),
  };
}

/** Forms of the actors' keys that tests take apart. */
export const publicJwk = actors.ES256.publicKeyObject.export({ format: "jwk" });
export const secretJwk = actors.ES256.keyObject.export({ format: "jwk" });
export const rsaJwk = actors.RS256.publicKeyObject.export({ format: "jwk" });
export const edJwk = actors.EdDSA.publicKeyObject.export({ format: "jwk" });
