import { createJudge, type Judge, type JudgeOptions, refused, type Verdict } from "@cardea/verifier/judge";
import { accessClaims, signAccessToken, type TokenProfile, tokenEnd } from "../../issue/accessToken.ts";
import type { KeyRing } from "../../keys/keyRing.ts";
import { longestAccessTtlMs } from "../../revoke/revocation.ts";
import { clockErrorMs, randomToken, type World } from "../../world.ts";
import type { SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";

/** A client shows the same token for minutes, so its signature is checked once: at most some 5 MB of tokens and claims. */
const rememberedTokens = 4096;

/** How both modes with JWTs hand out access tokens: nothing is stored, and the token is signed outside the decision. Throws `SignerUnavailableError` when no key can sign. */
export const grantSigned =
  ({
    keys,
    profile,
    world,
  }: {
    readonly keys: KeyRing;
    readonly profile: TokenProfile;
    readonly world: World;
  }): SessionMode["grant"] =>
  (row) => {
    const signer = keys.signing();
    const issuedAt = world.now();
    const expiresAt = tokenEnd(row, issuedAt, profile);
    const claims = accessClaims(row, { jti: randomToken(world, 16), issuedAt, expiresAt }, profile);
    return {
      expiresInSeconds: Math.floor(expiresAt / 1000) - Math.floor(issuedAt / 1000),
      stored: undefined,
      isSignedElsewhere: signer.isElsewhere,
      token: () => signAccessToken(claims, signer),
    };
  };

/** What the issuer judges its own tokens by. */
export type OwnJudge = Pick<Judge, "verify">;

/**
 * The judge of both modes. A token may come from another process of this issuer, whose clock is a little ahead, so it is good
 * before it begins; but not after its end, for that is how sessions end on time.
 */
export function createOwnJudge(
  { keys, profile, world }: Pick<ModeParts, "keys" | "profile" | "world">,
  revocation: JudgeOptions["revocation"],
): OwnJudge {
  const judge = createJudge({
    keys: keys.verifying,
    issuer: profile.issuer,
    audience: profile.audience,
    revocation,
    clockToleranceSeconds: clockErrorMs / 1000,
    maxTtlSeconds: longestAccessTtlMs / 1000,
    cacheSize: rememberedTokens,
    now: world.now,
  });
  return {
    verify: (token) => {
      const verdict = judge.verify(token);
      return verdict.ok && verdict.claims.exp * 1000 <= world.now() ? refused("expired") : verdict;
    },
  };
}

/**
 * Judges a token by the keys of now. One that this process does not know yet may be another process's: first or emergency keys
 * sign before they were published, so what the others did is read before the token is refused.
 */
export async function judgeSigned(
  token: string,
  { judge, keys }: { readonly judge: OwnJudge; readonly keys: Pick<KeyRing, "catchUp"> },
): Promise<Verdict> {
  const verdict = judge.verify(token);
  if (verdict.ok || verdict.refusal.code !== "unknown_key") return verdict;
  await keys.catchUp();
  return judge.verify(token);
}
