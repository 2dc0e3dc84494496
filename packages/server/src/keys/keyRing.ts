import { createHmac } from "node:crypto";
import {
  type AlgorithmName,
  exportPublicJwk,
  exportSecretJwk,
  generateKey,
  hmacKey,
  importSecretJwk,
  type KeySet,
  keySet,
  publicKeyOf,
  type SigningKey,
  type VerificationKey,
} from "@cardea/jwt";
import { ConfigurationError } from "../refusal.ts";
import type { KeyStore, StoredKey } from "../store/ports.ts";
import type { World } from "../world.ts";
import { createSealer, type Sealer } from "./seal.ts";

/** The keys of an issuer, opened once at start. */
export type KeyRing = {
  /** Signs every access token. */
  readonly signing: SigningKey;
  /** Verifies them: the signing key, and key pairs of algorithms used earlier. An earlier shared secret verifies nothing: others hold it. */
  readonly verifying: KeySet;
  /** Public keys only (RFC 7517 5); empty when every key is a shared secret. */
  readonly jwks: () => { readonly keys: readonly JsonWebKey[] };
  /** Keys the MAC of refresh tokens. */
  readonly refreshSecret: Uint8Array;
  readonly inventory: () => readonly KeyFacts[];
  /** The secret part of a key by its kid, for `keys export --secret`; undefined when there is none. */
  readonly secretJwk: (kid: string) => JsonWebKey | undefined;
};

type JsonWebKey = ReturnType<typeof exportSecretJwk>;

/** What may be told about a key. */
export type KeyFacts = {
  readonly kid: string;
  readonly alg: string;
  readonly use: "signing" | "verifying" | "refresh";
  readonly public: boolean;
  readonly createdAt: number | undefined;
};

/** What a key ring is opened from. `sharedSecret` replaces the generated HMAC key and is never stored. */
export type KeyRingOptions = {
  readonly store: KeyStore;
  readonly encryptionSecret: Uint8Array;
  readonly alg: AlgorithmName;
  readonly sharedSecret?: Uint8Array | undefined;
  readonly world: World;
};

/** Opens the stored keys, generating on first start what is missing. Two processes that start together agree on one key. */
export async function openKeyRing(options: KeyRingOptions): Promise<KeyRing> {
  const { store, alg, sharedSecret, world } = options;
  const sealer = createSealer(options.encryptionSecret, world);
  const ensure = (purpose: StoredKey["purpose"], name: AlgorithmName): Promise<StoredKey> =>
    store.insertFirst(sealNew(sealer, { purpose, alg: name, world }));

  const refresh = openKey(sealer, await ensure("refresh", "HS256"));
  const ownKey = sharedSecret === undefined ? await ensure("access", alg) : undefined;
  const stored = (await store.list()).filter(({ purpose }) => purpose === "access");
  const opened = stored.map((row) => ({ row, key: openKey(sealer, row) }));

  const signing = ownKey ? openKey(sealer, ownKey) : sharedKey(sharedSecret, alg);
  const others = opened.map(({ key }) => key).filter((key) => key.kind === "private" && key.kid !== signing.kid);
  const all = [signing, ...others];

  return {
    signing,
    verifying: keySet(all.map(verificationKey)),
    jwks: () => ({ keys: all.flatMap((key) => (key.kind === "private" ? [exportPublicJwk(key)] : [])) }),
    refreshSecret: Buffer.from(String(exportSecretJwk(refresh).k), "base64url"),
    inventory: () => [
      ...all.map((key) => ({
        kid: key.kid ?? "",
        alg: key.alg,
        use: key === signing ? ("signing" as const) : ("verifying" as const),
        public: key.kind === "private",
        createdAt: stored.find(({ kid }) => kid === key.kid)?.createdAt,
      })),
      { kid: refresh.kid ?? "", alg: refresh.alg, use: "refresh" as const, public: false, createdAt: undefined },
    ],
    secretJwk: (kid) => {
      const key = all.find((candidate) => candidate.kid === kid);
      return key && exportSecretJwk(key);
    },
  };
}

/** The verifying half of a signing key; a shared secret is its own. */
const verificationKey = (key: SigningKey): VerificationKey => (key.kind === "hmac" ? key : publicKeyOf(key));

/** A shared secret's kid is a MAC under itself: equal secrets meet, and nothing about the secret can be read from it. */
function sharedKey(secret: Uint8Array | undefined, alg: AlgorithmName): SigningKey {
  if (!secret || !alg.startsWith("HS")) {
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

type NewKey = { readonly purpose: StoredKey["purpose"]; readonly alg: AlgorithmName; readonly world: World };

function sealNew(sealer: Sealer, { purpose, alg, world }: NewKey): StoredKey {
  const key: SigningKey = generateKey(alg);
  const kid = key.kid ?? "";
  const sealed = sealer.seal(JSON.stringify(exportSecretJwk(key)), label({ kid, purpose, alg }));
  return { kid, purpose, alg, sealed, createdAt: world.now() };
}

const openKey = (sealer: Sealer, row: StoredKey): SigningKey =>
  importSecretJwk(JSON.parse(sealer.open(row.sealed, label(row))));

const label = ({ kid, purpose, alg }: Pick<StoredKey, "kid" | "purpose" | "alg">): string => `${purpose}|${alg}|${kid}`;
