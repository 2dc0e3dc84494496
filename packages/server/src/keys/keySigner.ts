import { type PublicKey, publicKey } from "@cardea/jwt";
import { verifyCompact } from "@cardea/jwt/jws";
import { ConfigurationError, SignerUnavailableError } from "../refusal.ts";
import { withinMs } from "./deadline.ts";
import type { JsonWebKey } from "./material.ts";
import type { TokenSigner } from "./tokenSigner.ts";

/** A key that signs elsewhere, in a key-management service or a hardware module: its private part never enters this process. */
export type KeySigner = {
  /** The key's name in tokens and in the JWKS. One key has one name for good. */
  readonly kid: string;
  /** Its one algorithm. */
  readonly alg: KeySignerAlgorithm;
  /** Its public part. */
  readonly publicJwk: JsonWebKey;
  /**
   * Signs bytes as RFC 7518 3 has it: ECDSA as `r || s` of fixed length (not DER), EdDSA over the bytes themselves. It may take
   * five seconds. What it throws, or a signature that does not fit the public key, answers the request with 503.
   */
  readonly sign: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;
};

/** The algorithms of a signer: those with a public key. */
export type KeySignerAlgorithm = (typeof keySignerAlgorithms)[number];

/** The same as a list. */
export const keySignerAlgorithms = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;

/** A signer that showed that it signs for its public key. */
export type OpenedSigner = TokenSigner & { readonly publicKey: PublicKey };

/** Opens a signer and lets it sign once. Throws `ConfigurationError`, with the fix, when its key is unsound or the signature does not hold. */
export async function openKeySigner(given: KeySigner): Promise<OpenedSigner> {
  const key = publicKeyOf(given);
  const sign = async (claims: object, typ: string): Promise<string> => {
    const input = `${segment({ alg: given.alg, typ, kid: given.kid })}.${segment(claims)}`;
    const signature = await signatureOver(input, given);
    const token = `${input}.${Buffer.from(signature).toString("base64url")}`;
    // A key-management service whose key was exchanged would else hand out tokens that nobody accepts.
    if (verifyCompact(token, { keys: key, typ }).ok) return token;
    throw new SignerUnavailableError(`keys.signer: ${given.kid} made a signature that does not fit its public key.`);
  };
  await testSigner(given, sign);
  return { kid: given.kid, alg: given.alg, isElsewhere: true, sign, publicKey: key };
}

function publicKeyOf({ kid, alg, publicJwk }: KeySigner): PublicKey {
  try {
    return publicKey(publicJwk, { alg, kid });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : "refused";
    throw new ConfigurationError(`keys.signer.publicJwk is no public key for ${alg}: ${reason}`, { cause });
  }
}

async function testSigner({ alg }: KeySigner, sign: TokenSigner["sign"]): Promise<void> {
  try {
    await sign({ sub: "self-test" }, "cardea-self-test");
  } catch (cause) {
    throw new ConfigurationError(
      `keys.signer did not sign at the start: ${cause instanceof Error ? cause.message : "refused"} It must answer with the raw signature bytes of ${alg} (ECDSA: r and s side by side, not DER) by the private half of keys.signer.publicJwk. Check also that its service can be reached and lets this process sign.`,
      { cause },
    );
  }
}

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The reason stays inside, as `cause`: what a stranger's service says may hold anything. */
async function signatureOver(input: string, { kid, sign }: KeySigner): Promise<Uint8Array> {
  try {
    const signature: unknown = await withinMs(longestWaitMs, answerOf(sign, input));
    if (signature instanceof Uint8Array) return signature;
    throw new TypeError("not bytes");
  } catch (cause) {
    throw new SignerUnavailableError(`keys.signer: ${kid} did not sign.`, { cause });
  }
}

const longestWaitMs = 5000;

/** A signer may also answer, or throw, at once. */
const answerOf = async (sign: KeySigner["sign"], input: string): Promise<Uint8Array> => sign(Buffer.from(input));
