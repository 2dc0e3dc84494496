declare const proven: unique symbol;

/** Proof that a person showed who they are just now; only `signIn` and `reauthenticate` make one, and a session starts from nothing else. */
export type VerifiedIdentity = {
  readonly accountId: string;
  /** RFC 8176 authentication methods. */
  readonly amr: readonly string[];
  /** The account's `passwordChangedAt` when the password was checked: if it is another by now, the proof is void. */
  readonly passwordChangedAt: number;
  /** The same password hashed anew, where the stored hash was outdated. */
  readonly rehashed: { readonly from: string; readonly to: string } | undefined;
  readonly [proven]: true;
};
