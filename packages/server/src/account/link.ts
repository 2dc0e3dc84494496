import type { LinkPurpose, Person } from "../store/ports.ts";
import { isFromAhead } from "../world.ts";

/** Why a link did not work; for events. Outside it is always the same: the link is not valid. */
export type LinkRefusal = {
  readonly purpose: LinkPurpose;
  readonly reason: "unknown" | "expired" | "spent" | "outdated" | "account_disabled" | "wrong_password";
};

/**
 * What is wrong with the link of a change, looked at under the person's lock; undefined: it may be spent. A link for an address
 * that the account no longer has is void, but for a new address.
 */
export function linkFault(
  { link, account }: Person,
  purpose: LinkPurpose,
  now: number,
): LinkRefusal["reason"] | undefined {
  if (!link || link.purpose !== purpose) return "unknown";
  if (link.expiresAt <= now || isFromAhead(link.createdAt, now)) return "expired";
  if (account.disabledAt !== undefined) return "account_disabled";
  return purpose !== "change_email" && link.email !== account.email ? "outdated" : undefined;
}
