import { type AlgorithmName, createAsyncSigner, type SigningKey } from "@cardea/jwt";

/** Signs tokens with one key. */
export type TokenSigner = {
  readonly kid: string;
  readonly alg: AlgorithmName;
  /** Whether the key is in another service, which may be away. */
  readonly isElsewhere: boolean;
  /** The compact token of claims under the header's `typ`. Throws a TypeError for claims that no verifier would take, `SignerUnavailableError` when the key is elsewhere and does not sign. */
  readonly sign: (claims: object, typ: string) => Promise<string>;
};

/** Signs with a key that is here; key pairs in the thread pool. */
export function localSigner(key: SigningKey): TokenSigner {
  const byType = new Map<string, (claims: object) => Promise<string>>();
  return {
    kid: key.kid ?? "",
    alg: key.alg,
    isElsewhere: false,
    sign: (claims, typ) => {
      const known = byType.get(typ);
      if (known) return known(claims);
      const sign = createAsyncSigner({ key, typ });
      byType.set(typ, sign);
      return sign(claims);
    },
  };
}
