import type { SecurityEvent } from "../event.ts";
import type { AuditRecord } from "../store/ports.ts";

/**
 * What a fact of an event may be: an identifier of ours, a word of ours, a list of them, a number, yes or no, or an exception,
 * of which only the name and the code are recorded.
 */
export type FactKind = "id" | "word" | "words" | "number" | "flag" | "error";

/** A row of the catalogue: what happened, how it came out, and every fact that the event carries. */
export type CatalogueRow<Event = SecurityEvent> = {
  /** One sentence for the manual. */
  readonly about: string;
  readonly outcome: AuditRecord["outcome"];
  readonly facts: { readonly [Fact in Exclude<keyof Event, "type">]-?: FactKind };
};

type Catalogue = {
  readonly [Type in SecurityEvent["type"]]: CatalogueRow<Extract<SecurityEvent, { readonly type: Type }>>;
};

const account = { accountId: "id" } as const;
const session = { accountId: "id", sessionId: "id" } as const;

/** Every event that there is. The trail, the log and the manual are made from these rows, so nothing is recorded that is not listed here. */
export const eventCatalogue: Catalogue = {
  signed_up: { about: "Somebody signed up.", outcome: "done", facts: account },
  sign_up_repeated: {
    about: "Somebody signed up with the address of this account; nothing was changed.",
    outcome: "refused",
    facts: account,
  },
  account_created: { about: "An operator or the application made an account.", outcome: "done", facts: account },
  accounts_imported: { about: "Accounts came from another system.", outcome: "done", facts: { count: "number" } },
  account_disabled: {
    about: "The account was closed: nobody signs in to it, and its sessions ended.",
    outcome: "done",
    facts: account,
  },
  account_enabled: { about: "The account was opened again.", outcome: "done", facts: account },
  account_deleted: {
    about: "The account and all that belongs to it is gone, but for the audit trail.",
    outcome: "done",
    facts: account,
  },
  account_exported: { about: "A copy of all that is kept of a person was made.", outcome: "done", facts: account },
  roles_changed: {
    about: "The account has other roles; `roles` are all that it has now.",
    outcome: "done",
    facts: { ...account, roles: "words" },
  },
  fields_changed: {
    about: "Fields of the application were changed; `fields` are their names.",
    outcome: "done",
    facts: { ...account, fields: "words" },
  },
  email_verification_requested: {
    about: "A link that proves an address was asked for.",
    outcome: "done",
    facts: account,
  },
  email_verified: { about: "A person proved to read the account's address.", outcome: "done", facts: account },
  email_change_requested: {
    about: "A person asked for another address; it holds once its link is followed.",
    outcome: "done",
    facts: account,
  },
  email_changed: { about: "The account has another address.", outcome: "done", facts: account },
  password_changed: { about: "A person changed the password, knowing the old one.", outcome: "done", facts: account },
  password_reset_requested: {
    about: "Somebody forgot a password; without an account the address is nobody's.",
    outcome: "done",
    facts: account,
  },
  password_reset: { about: "A password was set by a link from a mail.", outcome: "done", facts: account },
  password_rehashed: {
    about: "A password was hashed anew at sign-in, as the settings are now.",
    outcome: "done",
    facts: account,
  },
  password_locked: {
    about: "Too many wrong passwords in a row: this one works no more, until it is reset.",
    outcome: "refused",
    facts: account,
  },
  link_refused: {
    about: "A one-time link was unknown, spent, expired or for something else.",
    outcome: "refused",
    facts: { ...account, purpose: "word", reason: "word" },
  },
  signed_in: {
    about: "A session was started; `amr` says how the person proved who they are (RFC 8176).",
    outcome: "done",
    facts: { ...session, amr: "words", newDevice: "flag" },
  },
  sign_in_refused: {
    about: "Sign-in by email and password was refused.",
    outcome: "refused",
    facts: { ...account, reason: "word" },
  },
  session_ended: { about: "A session was ended.", outcome: "done", facts: { ...session, reason: "word" } },
  refresh_refused: {
    about: "A refresh token was refused.",
    outcome: "refused",
    facts: { ...session, reason: "word" },
  },
  refresh_reused: {
    about: "An old refresh token came back: two parties hold one token. Its session was ended.",
    outcome: "refused",
    facts: session,
  },
  reauthenticated: {
    about: "A person proved again who they are; `replaced` is the id that the session had before.",
    outcome: "done",
    facts: { ...session, amr: "words", replaced: "id" },
  },
  reauthentication_refused: {
    about: "The proof before a sensitive change did not hold.",
    outcome: "refused",
    facts: { ...session, reason: "word" },
  },
  token_refused: {
    about: "An access token was refused at a route of the issuer.",
    outcome: "refused",
    facts: { reason: "word" },
  },
  request_refused: {
    about: "An operation was not done: the session had ended, or a new password or field did not fit.",
    outcome: "refused",
    facts: { ...session, operation: "word", reason: "word" },
  },
  access_refused: {
    about: "The token held, but the person may not do this, or must sign in anew first.",
    outcome: "refused",
    facts: { ...session, reason: "word" },
  },
  csrf_refused: {
    about: "A request with a cookie came from another site.",
    outcome: "refused",
    facts: { reason: "word" },
  },
  service_refused: {
    about: "Service credentials were wrong or missing.",
    outcome: "refused",
    facts: {},
  },
  rate_limited: {
    about: "Too many attempts; `limit` is the one that was reached.",
    outcome: "refused",
    facts: { ...account, limit: "word" },
  },
  spray_suspected: {
    about: "Wrong passwords for many accounts: somebody tries one password everywhere.",
    outcome: "refused",
    facts: { failures: "number" },
  },
  token_guessing_suspected: {
    about: "One address sent very many tokens that nobody issued.",
    outcome: "refused",
    facts: {},
  },
  proxy_not_trusted: {
    about:
      "The client's address is not known, so limits by address do not apply. Say with `trustProxy` how many proxies stand in front (0: none); `reason` says what does not fit.",
    outcome: "refused",
    facts: { reason: "word" },
  },
  service_created: { about: "A service got credentials.", outcome: "done", facts: { serviceId: "id" } },
  service_deleted: { about: "A service lost its credentials.", outcome: "done", facts: { serviceId: "id" } },
  tokens_revoked: {
    about:
      "An operator or a service revoked tokens by name: one, or all of a session, subject, client, tenant, key, or all.",
    outcome: "done",
    facts: { kind: "word", key: "id", reason: "word" },
  },
  key_created: { about: "A key was made.", outcome: "done", facts: { kid: "id" } },
  key_rotated: { about: "This key signs from now on.", outcome: "done", facts: { kid: "id" } },
  key_retired: { about: "This key verifies no more.", outcome: "done", facts: { kid: "id" } },
  key_revoked: { about: "A key was taken back in an emergency.", outcome: "done", facts: { kid: "id" } },
  key_exported: { about: "The secret part of a key was shown.", outcome: "done", facts: { kid: "id" } },
  keys_resealed: { about: "Keys are sealed under another secret.", outcome: "done", facts: { count: "number" } },
  mail_delayed: {
    about: "Mail does not get out and is tried again; told once an outage.",
    outcome: "failed",
    facts: { kind: "word", attempts: "number", reason: "word" },
  },
  mail_given_up: {
    about: "A mail could not be sent in many tries, or was refused for good, and was dropped.",
    outcome: "failed",
    facts: { kind: "word", attempts: "number", reason: "word" },
  },
  audit_dropped: {
    about: "So many lines of the audit trail were lost; they were told to the log.",
    outcome: "failed",
    facts: { count: "number" },
  },
  fault: {
    about: "Something broke inside; `where` says what was being done.",
    outcome: "failed",
    facts: { where: "word", error: "error" },
  },
};
