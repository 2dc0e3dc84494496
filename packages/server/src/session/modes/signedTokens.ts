import { accessClaims, signAccessToken, type TokenProfile, tokenEnd } from "../../issue/accessToken.ts";
import type { KeyRing } from "../../keys/keyRing.ts";
import { randomToken, type World } from "../../world.ts";
import type { SessionMode } from "./mode.ts";

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
      token: () => signAccessToken(claims, keys.signing),
    };
  };
