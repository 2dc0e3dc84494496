import { hash } from "node:crypto";
import { type AccessClaims, refused } from "@cardea/verifier/judge";
import { accessClaims, tokenEnd } from "../../issue/accessToken.ts";
import { longestAccessTtlMs } from "../../revoke/revocation.ts";
import type { OpaqueToken, SessionRow, TokenKey, TokenRow } from "../../store/ports.ts";
import { isFromAhead, randomToken } from "../../world.ts";
import type { SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";

/**
 * Opaque tokens of 32 random bytes: each check reads the session from the store, so an ended one is refused at once. A row that
 * the store had in a cache counts only while the revocation log has nothing later about its session or person. An opaque token
 * does not say which position it vouches for, so of the log's other entries those count that name it, or an instant.
 */
export function statefulMode({ profile, people, feed, world }: ModeParts): SessionMode {
  const claimsOf = (row: SessionRow, token: OpaqueToken): AccessClaims =>
    accessClaims(
      row,
      {
        jti: token.hash,
        // A token that its session's end cut short would else be older than the session.
        issuedAt: Math.max(token.expiresAt - profile.ttlMs, row.session.createdAt),
        expiresAt: token.expiresAt,
      },
      profile,
    );
  const isOutdated = ({ session, account, head }: TokenRow): boolean =>
    head.epoch !== feed.view.epoch ||
    feed.view.isRevoked(
      { jti: "", sub: account.id, iat: Number.MAX_SAFE_INTEGER, sid: session.id, rvp: head.pos },
      undefined,
    );

  return {
    name: "stateful",
    grant: (row) => {
      const now = world.now();
      const token = `at_${row.session.id}${randomToken(world, 32)}`;
      const stored = { ...keyOf(token), expiresAt: tokenEnd(row, now, profile) };
      claimsOf(row, stored);
      return {
        expiresInSeconds: Math.floor((stored.expiresAt - now) / 1000),
        stored,
        isSignedElsewhere: false,
        token: async () => token,
      };
    },
    check: async (token, { fresh = false } = {}) => {
      if (!shape.test(token)) return refused("inactive_token");
      const key = keyOf(token);
      const found = await people.findByToken(key, world.now(), { fresh });
      const row = found && isOutdated(found) ? await people.findByToken(key, world.now(), { fresh: true }) : found;
      if (!row || row.account.disabledAt !== undefined || isFromAhead(madeFrom(row.token), world.now())) {
        return refused("inactive_token");
      }
      if (fresh) await feed.pull();
      const claims = claimsOf(row, row.token);
      return feed.view.isRevoked(claims, undefined)
        ? refused("inactive_token")
        : { ok: true, claims, checked: "store", stalenessMs: 0 };
    },
  };
}

/**
 * The earliest that a token can have been made, whatever `access.ttl` was then: its row does not say when. So one that was made
 * less than an hour ahead lives too long by as much, though no longer than its session.
 */
const madeFrom = ({ expiresAt }: OpaqueToken): number => expiresAt - longestAccessTtlMs;

/** The session's id of 16 bytes, which is no secret, and 32 random bytes. */
const shape = /^at_[A-Za-z0-9_-]{22}[A-Za-z0-9_-]{43}$/;

const keyOf = (token: string): TokenKey => ({
  sessionId: token.slice(3, 25),
  hash: hash("sha256", token, "base64url"),
});
