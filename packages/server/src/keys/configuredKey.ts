import { type AlgorithmName, exportPublicJwk, thumbprint } from "@cardea/jwt";
import { ConfigurationError } from "../refusal.ts";
import type { StoredKey } from "../store/ports.ts";
import { type KeySigner, type OpenedSigner, openKeySigner } from "./keySigner.ts";
import type { HeldKey } from "./keyView.ts";
import { signerKidOf } from "./life.ts";
import { type OpenedKey, openedSecret } from "./material.ts";
import type { KeyPolicy } from "./policy.ts";
import { sharedSecretKey } from "./sharedSecret.ts";

/** What the configuration says about signing: an algorithm to make keys for, and instead of a made key a shared secret or a signer. */
export type KeyConfiguration =
  | { readonly alg: AlgorithmName; readonly secret?: Uint8Array | undefined; readonly signer?: undefined }
  | { readonly signer: KeySigner };

/** With the spans of a key's life. */
export type KeySettings = { readonly keys: KeyConfiguration; readonly policy: Omit<KeyPolicy, "signsWith"> };

/** The whole policy. */
export const policyOf = ({ keys, policy }: KeySettings): KeyPolicy => ({ ...policy, signsWith: signsWithOf(keys) });

const signsWithOf = (given: KeyConfiguration): KeyPolicy["signsWith"] =>
  given.signer === undefined
    ? { source: given.secret === undefined ? "generated" : "shared", alg: given.alg }
    : { source: "signer", alg: given.signer.alg, kid: given.signer.kid };

/** The key of the configuration, if it has one, opened. */
export type ConfiguredKey = {
  readonly shared: OpenedKey | undefined;
  readonly signer: OpenedSigner | undefined;
};

/** Opens what the configuration gives. Throws `ConfigurationError` when it is unsound, or a signer does not sign. */
export async function openConfiguredKey(given: KeyConfiguration): Promise<ConfiguredKey> {
  if (given.signer !== undefined) return { shared: undefined, signer: await openKeySigner(given.signer) };
  const shared = given.secret && openedSecret(sharedSecretKey(given.secret, given.alg));
  return { shared, signer: undefined };
}

/** Throws `ConfigurationError` when a signer's name belongs to another key, or to one that was revoked: a name is for one key, for good. */
export function refuseTakenName({ signer }: ConfiguredKey, rows: readonly StoredKey[], held: readonly HeldKey[]): void {
  const row = signer && rows.find(({ kid }) => kid === signer.kid);
  if (!row) return;
  if (row.revokedAt !== undefined) {
    throw new ConfigurationError(
      `keys.signer: the key ${row.kid} was revoked. Give another key, with a kid of its own.`,
    );
  }
  const known = held.find((key) => key.row === row)?.opened.verification;
  const isOther =
    known?.kind === "public" && thumbprint(exportPublicJwk(known)) !== thumbprint(exportPublicJwk(signer.publicKey));
  if (signerKidOf(row) === undefined || row.alg !== signer.alg || isOther) {
    throw new ConfigurationError(
      `keys.signer: ${row.kid} is the kid of another key already. Give this one a kid of its own.`,
    );
  }
}
