import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import { ConfigurationError } from "../refusal.ts";
import type { World } from "../world.ts";

/** Seals texts for the store and opens them again: private keys, and mails that wait. */
export type Sealer = {
  /** AES-256-GCM under the first secret and a fresh 96-bit nonce; `label` is authenticated, so what is sealed cannot be moved to another place. */
  readonly seal: (plain: string, label: string) => string;
  /** Throws `ConfigurationError` when none of the secrets opens the text, or it was changed. */
  readonly open: (sealed: string, label: string) => string;
  /** Whether a text is sealed under the first secret; if not, it is time to seal it anew. */
  readonly isNewest: (sealed: string) => boolean;
};

/**
 * A sealer over key-encryption secrets of at least 32 bytes: the first one seals, all of them open, so that a secret can be
 * replaced. Throws `ConfigurationError` for none and for a short one.
 */
export function createSealer(secrets: readonly Uint8Array[], world: Pick<World, "random">): Sealer {
  const known = secrets.map(knownSecret);
  const [newest] = known;
  if (!newest) throw new ConfigurationError(`Give a key-encryption secret. ${howToMakeOne}`);
  return {
    seal: (plain, label) => {
      const nonce = world.random(12);
      const cipher = createCipheriv("aes-256-gcm", newest.key, nonce).setAAD(Buffer.from(label));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `v2.${newest.id}.${Buffer.from(nonce).toString("base64url")}.${body.toString("base64url")}`;
    },
    open: (sealed, label) => {
      for (const { key, nonce, body } of attempts(sealed, known)) {
        const plain = decrypt({ key, nonce, body, label });
        if (plain !== undefined) return plain;
      }
      throw doesNotOpen(sealed, known);
    },
    isNewest: (sealed) => sealed.startsWith(`v2.${newest.id}.`),
  };
}

/** A short name for a secret, by which a sealed text says what opens it. Nothing about the secret can be read from it. */
export const secretId = (secret: Uint8Array): string =>
  Buffer.from(derive(secret, "cardea sealing id", 6)).toString("base64url");

const howToMakeOne = "Make one of 32 random bytes with: cardea secrets generate";

type KnownSecret = { readonly id: string; readonly key: Uint8Array; readonly firstVersionKey: Uint8Array };

function knownSecret(secret: Uint8Array): KnownSecret {
  if (secret.length < 32) {
    throw new ConfigurationError(`A key-encryption secret needs at least 32 random bytes. ${howToMakeOne}`);
  }
  return {
    id: secretId(secret),
    key: derive(secret, "cardea sealing", 32),
    firstVersionKey: derive(secret, "cardea key sealing v1", 32),
  };
}

/** HKDF (RFC 5869): whoever has one derived value learns nothing of the others. */
const derive = (secret: Uint8Array, info: string, bytes: number): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(0), info, bytes));

type Attempt = { readonly key: Uint8Array; readonly nonce: string; readonly body: string };

/** `v2.<secret>.<nonce>.<body>` names its secret; `v1.<nonce>.<body>` is older and may be of any. */
function attempts(sealed: string, known: readonly KnownSecret[]): readonly Attempt[] {
  const [version, ...parts] = sealed.split(".");
  if (version === "v1" && parts.length === 2) {
    const [nonce = "", body = ""] = parts;
    return known.map(({ firstVersionKey }) => ({ key: firstVersionKey, nonce, body }));
  }
  if (version !== "v2" || parts.length !== 3) return [];
  const [named, nonce = "", body = ""] = parts;
  return known.filter(({ id }) => id === named).map(({ key }) => ({ key, nonce, body }));
}

function decrypt({ key, nonce, body, label }: Attempt & { readonly label: string }): string | undefined {
  const bytes = canonicalBytes(body);
  const iv = canonicalBytes(nonce);
  if (iv?.length !== 12 || bytes === undefined || bytes.length < 16) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(label)).setAuthTag(bytes.subarray(-16));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

/** Node skips what is not base64url, so two texts could stand for one; only the one that was written is read. */
function canonicalBytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : undefined;
}

function doesNotOpen(sealed: string, known: readonly KnownSecret[]): ConfigurationError {
  const named = /^v2\.([A-Za-z0-9_-]{8})\./.exec(sealed)?.[1];
  const given = known.map(({ id }) => id).join(", ");
  const under = named !== undefined && !given.includes(named) ? ` It is sealed under ${named}.` : "";
  return new ConfigurationError(
    `What is sealed in the store does not open with the key-encryption secret given (${given}).${under} Restore the secret that the store was created with (CARDEA_SECRET, or the .secret file beside the database). To replace a secret, give both with the new one first: CARDEA_SECRET=new,old.`,
  );
}
