import { SignerUnavailableError } from "../refusal.ts";
import type { ConfiguredKey } from "./configuredKey.ts";
import type { HeldKey } from "./keyView.ts";
import type { OpenedKey } from "./material.ts";
import { localSigner, type TokenSigner } from "./tokenSigner.ts";

/** What signing goes by. `signer` gives the stored key that signs now. */
export type SigningParts = {
  readonly configured: ConfiguredKey;
  readonly signer: () => HeldKey | undefined;
  readonly onFault: (error: unknown) => void;
};

/** Gives the signer of the moment. Throws `SignerUnavailableError` when there is none, as may what it signs; each time it is told. */
export function createSigning({ configured, signer, onFault }: SigningParts): () => TokenSigner {
  const remote = configured.signer && tellingFaults(configured.signer, onFault);
  const localOf = eachOnce(({ secret }: OpenedKey) => secret && localSigner(secret));
  const find = (): TokenSigner | undefined => {
    if (configured.shared) return localOf(configured.shared);
    const current = signer();
    if (current?.opened.secret) return localOf(current.opened);
    return current && current.row.kid === remote?.kid ? remote : undefined;
  };
  return () => {
    const found = find();
    if (found) return found;
    const error = new SignerUnavailableError("No key can sign access tokens: see `cardea keys list`.");
    onFault(error);
    throw error;
  };
}

const tellingFaults = (signer: TokenSigner, onFault: (error: unknown) => void): TokenSigner => ({
  ...signer,
  sign: async (claims, typ) => {
    try {
      return await signer.sign(claims, typ);
    } catch (error) {
      onFault(error);
      throw error;
    }
  },
});

function eachOnce<K extends object, V>(make: (key: K) => V): (key: K) => V | undefined {
  const made = new WeakMap<K, V>();
  return (key) => {
    if (!made.has(key)) made.set(key, make(key));
    return made.get(key);
  };
}
