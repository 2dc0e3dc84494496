import { createHash } from "node:crypto";
import { storedClaims, type Verdict } from "@cardea/verifier/judge";
import { accessClaims, tokenEnd } from "../../issue/accessToken.ts";
import type { OpaqueToken, SessionRow } from "../../store/ports.ts";
import { randomToken } from "../../world.ts";
import type { SessionMode } from "./mode.ts";
import type { ModeParts } from "./parts.ts";

/** Opaque tokens of 32 random bytes: each check reads the session from the store, so an ended one is refused at once. */
export function statefulMode({ profile, sessions, world }: ModeParts): SessionMode {
  const claimsOf = (row: SessionRow, token: OpaqueToken): Record<string, unknown> =>
    accessClaims(
      row,
      { jti: token.hash, issuedAt: token.expiresAt - profile.ttlMs, expiresAt: token.expiresAt },
      profile,
    );
  return {
    name: "stateful",
    grant: (row) => {
      const now = world.now();
      const token = `at_${randomToken(world, 32)}`;
      const expiresAt = tokenEnd(row, now, profile);
      return {
        expiresInSeconds: Math.floor((expiresAt - now) / 1000),
        stored: { hash: tokenHash(token), expiresAt },
        token: () => token,
      };
    },
    check: async (token) => {
      const row = shape.test(token) ? await sessions.findByToken(tokenHash(token), world.now()) : undefined;
      return row ? verdict(claimsOf(row, row.token)) : inactive;
    },
    ending: () => undefined,
    settled: async () => undefined,
  };
}

const shape = /^at_[A-Za-z0-9_-]{43}$/;

const tokenHash = (token: string): string => createHash("sha256").update(token).digest("base64url");

const verdict = (claims: Record<string, unknown>): Verdict => ({
  ok: true,
  claims: storedClaims(claims),
  checked: "store",
  stalenessMs: 0,
});

const inactive: Verdict = {
  ok: false,
  refusal: { code: "inactive_token", message: "No live session has this token." },
};
