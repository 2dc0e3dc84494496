import { createHash } from "node:crypto";
import { type AccessClaims, refused } from "@cardea/verifier/judge";
import { accessClaims, tokenEnd } from "../../issue/accessToken.ts";
import type { OpaqueToken, SessionRow } from "../../store/ports.ts";
import { randomToken } from "../../world.ts";
import type { SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";

/** Opaque tokens of 32 random bytes: each check reads the session from the store, so an ended one is refused at once. */
export function statefulMode({ profile, sessions, world }: ModeParts): SessionMode {
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
  return {
    name: "stateful",
    grant: (row) => {
      const now = world.now();
      const token = `at_${randomToken(world, 32)}`;
      const stored = { hash: tokenHash(token), expiresAt: tokenEnd(row, now, profile) };
      claimsOf(row, stored);
      return {
        expiresInSeconds: Math.floor((stored.expiresAt - now) / 1000),
        stored,
        token: () => token,
      };
    },
    check: async (token) => {
      const row = shape.test(token) ? await sessions.findByToken(tokenHash(token), world.now()) : undefined;
      if (!row) return refused("inactive_token");
      return { ok: true, claims: claimsOf(row, row.token), checked: "store", stalenessMs: 0 };
    },
  };
}

const shape = /^at_[A-Za-z0-9_-]{43}$/;

const tokenHash = (token: string): string => createHash("sha256").update(token).digest("base64url");
