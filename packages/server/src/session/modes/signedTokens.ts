import type { Judge, Verdict } from "@cardea/verifier/judge";
import { accessClaims, signAccessToken, type TokenProfile, tokenEnd } from "../../issue/accessToken.ts";
import type { KeyRing } from "../../keys/keyRing.ts";
import { randomToken, type World } from "../../world.ts";
import type { SessionMode } from "./mode.ts";

/** A client shows the same token for minutes, so its signature is checked once: at most some 5 MB of tokens and claims. */
export const rememberedTokens = 4096;

/** How both modes with JWTs hand out access tokens: nothing is stored, and the token is signed once the session is committed. */
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
    const issuedAt = world.now();
    const expiresAt = tokenEnd(row, issuedAt, profile);
    const claims = accessClaims(row, { jti: randomToken(world, 16), issuedAt, expiresAt }, profile);
    return {
      expiresInSeconds: Math.floor(expiresAt / 1000) - Math.floor(issuedAt / 1000),
      stored: undefined,
      token: async () => signAccessToken(claims, keys.signing()),
    };
  };

/**
 * Judges a token by the keys of now. One that this process does not know yet may be another process's: first or emergency keys
 * sign before they were published, so what the others did is read before the token is refused.
 */
export async function judgeSigned(
  token: string,
  { judge, keys }: { readonly judge: Judge; readonly keys: Pick<KeyRing, "catchUp"> },
): Promise<Verdict> {
  const verdict = judge.verify(token);
  if (verdict.ok || verdict.refusal.code !== "unknown_key") return verdict;
  await keys.catchUp();
  return judge.verify(token);
}
