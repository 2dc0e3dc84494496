import type { LinkPurpose, Person } from "../store/ports.ts";

/** Why a link did not work; for events. Outside it is always the same: the link is not valid. */
export type LinkRefusal = {
  readonly purpose: LinkPurpose;
  readonly reason: "unknown" | "expired" | "spent" | "outdated" | "account_disabled" | "wrong_password";
};

const clockLeewayMs = 60_000;

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
  // A link from ahead was made while the clock was wrong, and would work for longer than a link does.
  if (link.expiresAt <= now || link.createdAt > now + clockLeewayMs) return "expired";
  if (account.disabledAt !== undefined) return "account_disabled";
  return purpose !== "change_email" && link.email !== account.email ? "outdated" : undefined;
}
