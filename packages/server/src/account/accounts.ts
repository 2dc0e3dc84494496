import { isDeepStrictEqual } from "node:util";
import type { Mailer } from "../mail/mailer.ts";
import type { CanonicalEmail } from "../people/email.ts";
import type { PasswordHasher } from "../people/passwordHasher/passwordHasher.ts";
import type { AcceptablePassword } from "../people/passwords/password.ts";
import type { By, Decision, People } from "../people/people.ts";
import { ok, type Result, refuse } from "../refusal.ts";
import { endingOfAll, revocationOfAll } from "../session/ending.ts";
import { newAccount } from "../signin/signUp.ts";
import type { Account, AuditRecord, AuditStore, Person } from "../store/ports.ts";
import type { World } from "../world.ts";

/** Accounts as an operator, or their owner, handles them. Each answers false for an account that is not there. */
export type Accounts = {
  /** Makes an account without asking its owner. `verified`: the address is known to be theirs. */
  readonly create: (person: NewAccount, by: By) => Promise<Result<Account, "taken">>;
  /** By identifier, or by address in its canonical form. */
  readonly find: (idOrEmail: string) => Promise<Account | undefined>;
  /** Oldest first, at most `limit`, after the account with the id `after`. */
  readonly list: (limit: number, after?: string) => Promise<readonly Account[]>;
  /** Access tokens with the earlier roles are refused from now on, where somebody follows the log. */
  readonly setRoles: (accountId: string, roles: readonly string[], by: By) => Promise<boolean>;
  /**
   * Sets the fields that are named; the others stay. With `expected`, the fields that they were checked beside, nothing is done
   * when those are others by now: "changed".
   */
  readonly setFields: (
    accountId: string,
    fields: Account["fields"],
    by: By,
    expected?: Account["fields"],
  ) => Promise<boolean | "changed">;
  /** Ends all sessions; nobody signs in until `enable`. */
  readonly disable: (accountId: string, by: By) => Promise<boolean>;
  readonly enable: (accountId: string, by: By) => Promise<boolean>;
  /** Deletes the account with sessions, links and fields; the audit trail keeps its identifier. */
  readonly remove: (accountId: string, by: By) => Promise<boolean>;
  /** All that is kept of a person, but what would let somebody in. */
  readonly export: (accountId: string, by: By) => Promise<Exported | undefined>;
};

/** What a new account is made of. Identifiers are random, never sequential. */
export type NewAccount = {
  readonly email: CanonicalEmail;
  readonly password: AcceptablePassword;
  readonly roles?: readonly string[];
  readonly fields?: Account["fields"];
  readonly verified?: boolean;
};

/** A person's data, as they may have it (GDPR article 15 and 20). */
export type Exported = {
  readonly account: Omit<Account, "passwordHash">;
  readonly sessions: Person["sessions"];
  readonly activity: readonly AuditRecord[];
};

/** What accounts are built from. */
export type AccountsParts = {
  readonly people: People;
  readonly audit: Pick<AuditStore, "list">;
  readonly hasher: PasswordHasher;
  readonly mailer: Mailer;
  readonly world: World;
};

/** Accounts over the people of the store. */
export function createAccounts({ people, audit, hasher, mailer, world }: AccountsParts): Accounts {
  /** One decision about one account, true when there was one. */
  const decide = async (
    accountId: string,
    by: By,
    on: (person: Person) => Omit<Decision<true>, "answer">,
  ): Promise<boolean> =>
    (await people.change({ accountId }, by, (person): Decision<true> => ({ ...on(person), answer: true }))) ?? false;

  return {
    create: async ({ email, password, roles = [], fields = {}, verified = false }, by) => {
      const passwordHash = await hasher.hash(password);
      const made = newAccount({ email, passwordHash, roles, fields }, world);
      const account = { ...made, emailVerifiedAt: verified ? made.createdAt : undefined };
      return people.register(
        email,
        by,
        (existing): Decision<Result<Account, "taken">> =>
          existing
            ? { answer: refuse("taken") }
            : { account, events: [{ type: "account_created", accountId: account.id }], answer: ok(account) },
      );
    },

    find: async (idOrEmail) => (idOrEmail.includes("@") ? people.findByEmail(idOrEmail) : people.find(idOrEmail)),

    list: people.list,

    setRoles: (accountId, roles, by) =>
      decide(accountId, by, (person) => ({
        account: { ...person.account, roles },
        revocations: [revocationOfAll(person, world.now())],
        events: [{ type: "roles_changed", accountId, roles }],
      })),

    setFields: async (accountId, fields, by, expected) => {
      const done = await people.change({ accountId }, by, ({ account }): Decision<true | "changed"> => {
        if (expected && !isDeepStrictEqual(account.fields, expected)) return { answer: "changed" };
        return {
          account: { ...account, fields: { ...account.fields, ...fields } },
          events: [{ type: "fields_changed", accountId, fields: Object.keys(fields) }],
          answer: true,
        };
      });
      return done ?? false;
    },

    disable: (accountId, by) =>
      decide(accountId, by, (person) => {
        const ending = endingOfAll(person, { reason: "account_disabled", now: world.now() });
        return {
          ...ending,
          account: { ...person.account, disabledAt: person.account.disabledAt ?? world.now() },
          dropLinks: { accountId, purposes: ["reset_password", "change_email", "verify_email"] },
          events: [...ending.events, { type: "account_disabled", accountId }],
        };
      }),

    enable: (accountId, by) =>
      decide(accountId, by, ({ account }) => ({
        account: { ...account, disabledAt: undefined },
        events: [{ type: "account_enabled", accountId }],
      })),

    remove: (accountId, by) =>
      decide(accountId, by, (person) => {
        const ending = endingOfAll(person, { reason: "account_deleted", now: world.now() });
        return {
          ...ending,
          deleteAccount: accountId,
          mails: [mailer.write({ kind: "account_deleted", to: person.account.email })],
          events: [...ending.events, { type: "account_deleted", accountId }],
        };
      }),

    export: async (accountId, by) => {
      const found = await people.change(
        { accountId },
        by,
        ({ account, sessions }): Decision<Omit<Exported, "activity">> => {
          const { passwordHash: _, ...visible } = account;
          return { events: [{ type: "account_exported", accountId }], answer: { account: visible, sessions } };
        },
      );
      return found && { ...found, activity: await wholeTrail(audit, accountId) };
    },
  };
}

/** All records about an account, page by page. */
async function wholeTrail(audit: AccountsParts["audit"], accountId: string): Promise<readonly AuditRecord[]> {
  const limit = 1000;
  const found: AuditRecord[] = [];
  for (;;) {
    const last = found.at(-1);
    const page = await audit.list({ limit, accountId, ...(last ? { before: last.id } : {}) });
    found.push(...page);
    if (page.length < limit) return found;
  }
}
