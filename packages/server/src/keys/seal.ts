import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";
import { ConfigurationError } from "../refusal.ts";
import type { World } from "../world.ts";

/** Seals private keys for the store and opens them again. */
export type Sealer = {
  /** AES-256-GCM under a fresh 96-bit nonce; `label` is authenticated, so a sealed key cannot be moved to another row. */
  readonly seal: (plain: string, label: string) => string;
  /** Throws `ConfigurationError` when the secret is another one or the row was changed. */
  readonly open: (sealed: string, label: string) => string;
};

/** Derives the sealing key from the key-encryption secret (HKDF, RFC 5869). The secret must hold at least 32 bytes. */
export function createSealer(secret: Uint8Array, world: World): Sealer {
  if (secret.length < 32) {
    throw new ConfigurationError(
      "The key-encryption secret needs at least 32 random bytes. Make one with: node -p \"crypto.randomBytes(32).toString('base64url')\"",
    );
  }
  const key = new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(0), "cardea key sealing v1", 32));
  return {
    seal: (plain, label) => {
      const nonce = world.random(12);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(label));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return `v1.${Buffer.from(nonce).toString("base64url")}.${body.toString("base64url")}`;
    },
    open: (sealed, label) => {
      try {
        return openSealed(sealed, label, key);
      } catch {
        throw new ConfigurationError(
          "A stored signing key does not open with this key-encryption secret. Restore the secret that the store was created with (CARDEA_SECRET, or the .secret file beside the database).",
        );
      }
    },
  };
}

function openSealed(sealed: string, label: string, key: Uint8Array): string {
  const [version, nonce = "", body = ""] = sealed.split(".");
  if (version !== "v1") throw new Error("unknown sealing version");
  const bytes = Buffer.from(body, "base64url");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64url"), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(label)).setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8");
}
