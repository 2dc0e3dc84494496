import { linkHash } from "../people/oneTimeLink.ts";
import type { People } from "../people/people.ts";
import { ok, type Result, refuse } from "../refusal.ts";
import type { Account, LinkPurpose, Person } from "../store/ports.ts";
import { isFromAhead, type World } from "../world.ts";

/** Why a link did not work; for events. Outside it is always the same: the link is not valid. */
export type LinkRefusal = {
  readonly purpose: LinkPurpose;
  readonly reason: "unknown" | "expired" | "spent" | "outdated" | "account_disabled" | "wrong_password";
};

/** The account that a link was sent for, and the link's name. */
export type LinkOwner = { readonly account: Account; readonly linkHash: string };

/**
 * Whose link the token is, if it works for the purpose now; otherwise why not. Spends nothing: for what must be known before the
 * change that spends it, which looks again under the lock.
 */
export async function ownerOfLink(
  token: string,
  purpose: LinkPurpose,
  { people, world }: { readonly people: Pick<People, "find" | "findLink">; readonly world: World },
): Promise<Result<LinkOwner, LinkRefusal["reason"]>> {
  const hash = linkHash(token);
  const link = hash === undefined ? undefined : await people.findLink(hash);
  const account = link && (await people.find(link.accountId));
  if (hash === undefined || !account) return refuse("unknown");
  const fault = linkFault({ link, account }, purpose, world.now());
  return fault === undefined ? ok({ account, linkHash: hash }) : refuse(fault);
}

/**
 * What is wrong with the link of a change, looked at under the person's lock; undefined: it may be spent. A link for an address
 * that the account no longer has is void, but for a new address.
 */
export function linkFault(
  { link, account }: Pick<Person, "link" | "account">,
  purpose: LinkPurpose,
  now: number,
): LinkRefusal["reason"] | undefined {
  if (!link || link.purpose !== purpose) return "unknown";
  if (link.expiresAt <= now || isFromAhead(link.createdAt, now)) return "expired";
  if (account.disabledAt !== undefined) return "account_disabled";
  return purpose !== "change_email" && link.email !== account.email ? "outdated" : undefined;
}
