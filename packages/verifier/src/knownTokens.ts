import { unchecked, type VerifyResult } from "@cardea/jwt";
import { readAccessClaims } from "./accessClaims.ts";
import type { RevocationView } from "./revocation/view.ts";
import type { Accepted } from "./verdict.ts";

/** A token whose signature is good: what is said of it unless it is revoked, and who knows whether it is. */
export type KnownToken = {
  readonly accepted: Accepted;
  /** Undefined where revocation is unchecked. */
  readonly handle: { isRevoked(): boolean } | undefined;
};

/** A token that `@cardea/jwt` accepted. */
export type SignedToken = VerifyResult & { readonly ok: true };

/** How tokens are to be known. */
export type KnownTokensOptions = {
  readonly revocation: Pick<RevocationView, "isRevoked" | "handleOf"> | typeof unchecked;
  /** Whether the same token is the same object when it comes again, as out of the cache of `@cardea/jwt`; then it is read once. */
  readonly isRemembered: boolean;
};

/** Knows signed tokens. */
export type KnownTokens = {
  /** Reads a token's claims; undefined if one is of the wrong type. */
  readonly know: (signed: SignedToken) => KnownToken | undefined;
  /** The name of the key that signed what was accepted, if it has one. */
  readonly kidOf: (accepted: Accepted) => string | undefined;
};

/** Knows no token yet. */
export function createKnownTokens({ revocation, isRemembered }: KnownTokensOptions): KnownTokens {
  const checked = revocation === unchecked ? "signature" : "view";
  const known = new WeakMap<SignedToken, KnownToken>();
  /** Beside the verdict, which is the caller's to print. */
  const kids = new WeakMap<Accepted, string>();

  const read = (signed: SignedToken): KnownToken | undefined => {
    const claims = readAccessClaims(signed.claims);
    if (claims === undefined) return undefined;
    const accepted = Object.freeze({ ok: true, claims, checked, stalenessMs: 0 } as const);
    const kid = kidOf(signed);
    if (kid !== undefined) kids.set(accepted, kid);
    if (revocation === unchecked) return { accepted, handle: undefined };
    // A handle pays when it is asked again.
    const handle = isRemembered
      ? revocation.handleOf(claims, kid)
      : { isRevoked: () => revocation.isRevoked(claims, kid) };
    return { accepted, handle };
  };

  const readOnce = (signed: SignedToken): KnownToken | undefined => {
    const before = known.get(signed);
    if (before !== undefined) return before;
    const now = read(signed);
    if (now !== undefined) known.set(signed, now);
    return now;
  };
  return { know: isRemembered ? readOnce : read, kidOf: (accepted) => kids.get(accepted) };
}

/** The key's own name; a key without one was found by the name in the signed header, if any. */
export const kidOf = ({ key, header }: SignedToken): string | undefined => key.kid ?? header.kid;
