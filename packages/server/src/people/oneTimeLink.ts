import { createHash } from "node:crypto";
import type { Account, LinkPurpose, OneTimeLink } from "../store/ports.ts";
import { randomToken, type World } from "../world.ts";

/** A link's token, which goes into a mail and nowhere else, and the row that is kept of it. */
export type NewLink = { readonly token: string; readonly link: OneTimeLink };

/** A link for one purpose, account and address: 32 random bytes, of which only the SHA-256 is kept. `validForMs` is its life. */
export function oneTimeLink(
  purpose: LinkPurpose,
  {
    account,
    email = account.email,
    validForMs,
  }: { readonly account: Account; readonly email?: string; readonly validForMs: number },
  world: World,
): NewLink {
  const token = `lt_${randomToken(world, 32)}`;
  const createdAt = world.now();
  const link = {
    hash: hashOf(token),
    purpose,
    accountId: account.id,
    email,
    createdAt,
    expiresAt: createdAt + validForMs,
  };
  return { token, link };
}

/** How the link of a token is looked up; undefined for a text that is no such token. */
export const linkHash = (token: string): string | undefined => (shape.test(token) ? hashOf(token) : undefined);

const shape = /^lt_[A-Za-z0-9_-]{43}$/;

const hashOf = (token: string): string => createHash("sha256").update(token).digest("base64url");
