import type { Account, LinkPurpose, OneTimeLink, Session } from "../ports.ts";
import { integer, jsonObject, optionalInteger, optionalText, type Row, text, textList } from "./row.ts";

/** The account in a row of `accounts`. */
export const accountOf = (row: Row): Account => ({
  id: text(row, "id"),
  email: text(row, "email"),
  emailVerifiedAt: optionalInteger(row, "email_verified_at"),
  passwordHash: text(row, "password_hash"),
  passwordChangedAt: integer(row, "password_changed_at"),
  roles: textList(row, "roles"),
  fields: jsonObject(row, "fields"),
  createdAt: integer(row, "created_at"),
  disabledAt: optionalInteger(row, "disabled_at"),
});

/** The session in a row of `sessions`. */
export const sessionOf = (row: Row): Session => ({
  id: text(row, "id"),
  accountId: text(row, "account_id"),
  createdAt: integer(row, "created_at"),
  lastUsedAt: integer(row, "last_used_at"),
  idleEndsAt: integer(row, "idle_ends_at"),
  absoluteEndsAt: integer(row, "absolute_ends_at"),
  authenticatedAt: integer(row, "authenticated_at"),
  amr: textList(row, "amr"),
  transport: text(row, "transport") === "cookie" ? "cookie" : "bearer",
  userAgent: text(row, "user_agent"),
  address: optionalText(row, "address"),
  generation: integer(row, "generation"),
  rotatedAt: integer(row, "rotated_at"),
});

/** The link in a row of `links`. */
export const linkOf = (row: Row): OneTimeLink => ({
  hash: text(row, "hash"),
  purpose: purposeOf(text(row, "purpose")),
  accountId: text(row, "account_id"),
  email: text(row, "email"),
  createdAt: integer(row, "created_at"),
  expiresAt: integer(row, "expires_at"),
});

const purposes: readonly LinkPurpose[] = ["verify_email", "reset_password", "change_email"];

function purposeOf(name: string): LinkPurpose {
  const purpose = purposes.find((known) => known === name);
  if (!purpose) throw new Error(`A link has the purpose "${name}", which this version does not know.`);
  return purpose;
}
