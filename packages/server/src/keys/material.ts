import {
  exportPublicJwk,
  exportSecretJwk,
  importSecretJwk,
  type PublicKey,
  publicKey,
  publicKeyOf,
  type SigningKey,
  type VerificationKey,
} from "@cardea/jwt";
import type { StoredKey } from "../store/ports.ts";
import { publicOnly, signerKidOf } from "./life.ts";
import type { Sealer } from "./seal.ts";

/** A JSON Web Key (RFC 7517), as node:crypto has it. */
export type JsonWebKey = ReturnType<typeof exportSecretJwk>;

/** A stored key, opened. `secret` is undefined when its private part is with a signer; `publicJwk` for a shared secret. */
export type OpenedKey = {
  readonly secret: SigningKey | undefined;
  readonly verification: VerificationKey;
  readonly publicJwk: JsonWebKey | undefined;
};

/** Opens a row. Throws `ConfigurationError` when it does not open, or was moved, renamed or given another use. */
export function openStored(row: StoredKey, sealer: Sealer): OpenedKey {
  const jwk: JsonWebKey = JSON.parse(sealer.open(sealedTextOf(row), labelOf(row)));
  if (signerKidOf(row) === undefined) return openedSecret(importSecretJwk(jwk));
  const verification = publicKey(jwk, { alg: row.alg as PublicAlgorithm, kid: row.kid });
  return { secret: undefined, verification, publicJwk: exportPublicJwk(verification) };
}

type PublicAlgorithm = Parameters<typeof publicKey>[1]["alg"];

/** A key that is here whole, with what may be published of it. */
export const openedSecret = (secret: SigningKey): OpenedKey =>
  secret.kind === "hmac"
    ? { secret, verification: secret, publicJwk: undefined }
    : { secret, verification: publicKeyOf(secret), publicJwk: exportPublicJwk(secret) };

type Place = Pick<StoredKey, "kid" | "purpose" | "alg">;

/** A new key as its row has it. */
export function sealSecret(key: SigningKey, purpose: StoredKey["purpose"], sealer: Sealer): Place & { sealed: string } {
  const place = { kid: key.kid ?? "", purpose, alg: key.alg };
  const text = JSON.stringify(exportSecretJwk(key));
  return { ...place, sealed: sealer.seal(text, labelOf({ ...place, sealed: "" })) };
}

/** The key of a signer as its row has it: sealed too, so that nobody who can write to the store makes verifiers trust a key. */
export function sealPublic(key: PublicKey, sealer: Sealer): Place & { sealed: string } {
  const place = { kid: key.kid ?? "", purpose: "access" as const, alg: key.alg };
  const text = JSON.stringify(exportPublicJwk(key));
  return { ...place, sealed: publicOnly + sealer.seal(text, labelOf({ ...place, sealed: publicOnly })) };
}

/** A row's text under the newest secret; undefined when it is already. */
export function resealed(row: StoredKey, sealer: Sealer): string | undefined {
  const sealed = sealedTextOf(row);
  if (sealer.isNewest(sealed)) return undefined;
  const label = labelOf(row);
  return row.sealed.slice(0, -sealed.length) + sealer.seal(sealer.open(sealed, label), label);
}

const sealedTextOf = (row: StoredKey): string =>
  signerKidOf(row) === undefined ? row.sealed : row.sealed.slice(publicOnly.length);

/** What a sealed text is bound to: its row, and whether it holds a private part. */
const labelOf = ({ kid, purpose, alg, sealed }: Place & { readonly sealed: string }): string =>
  `${sealed.startsWith(publicOnly) ? publicOnly : ""}${purpose}|${alg}|${kid}`;

/** The bytes of a shared secret. */
export const secretBytesOf = (key: SigningKey): Uint8Array => Buffer.from(String(exportSecretJwk(key).k), "base64url");
