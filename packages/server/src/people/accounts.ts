import { ok, type Result, refuse } from "../refusal.ts";
import type { Account, AccountStore } from "../store/ports.ts";
import { randomToken, type World } from "../world.ts";
import type { CanonicalEmail } from "./email.ts";
import type { AcceptablePassword } from "./password.ts";
import type { PasswordHasher } from "./passwordHasher/passwordHasher.ts";

/** The people who can sign in. */
export type Accounts = {
  /** Hashes first and inserts after, so that a taken address takes as long as a new one. */
  readonly create: (person: NewAccount) => Promise<Result<Account, "taken">>;
  /** The account behind address and password. An unknown address costs the same work as a wrong password. */
  readonly authenticate: (email: CanonicalEmail, password: AcceptablePassword) => Promise<Authenticated>;
  readonly list: (limit: number) => Promise<readonly Account[]>;
};

/** What a new account is made of. Identifiers are random, never sequential. */
export type NewAccount = {
  readonly email: CanonicalEmail;
  readonly password: AcceptablePassword;
  readonly roles?: readonly string[];
};

/** Proof that somebody knows the account's password, or who they failed to be. */
export type Authenticated = Result<Account, { readonly account: Account | undefined }>;

/** Accounts over their store and the hashing pool. */
export function createAccounts({
  store,
  hasher,
  world,
}: {
  readonly store: AccountStore;
  readonly hasher: PasswordHasher;
  readonly world: World;
}): Accounts {
  return {
    create: async ({ email, password, roles = [] }) => {
      const passwordHash = await hasher.hash(password);
      const account: Account = { id: randomToken(world, 16), email, passwordHash, roles, createdAt: world.now() };
      return (await store.insert(account)) === "inserted" ? ok(account) : refuse("taken");
    },
    authenticate: async (email, password) => {
      const account = await store.findByEmail(email);
      const matches = await hasher.verify(password, account?.passwordHash);
      return account && matches ? ok(account) : refuse({ account });
    },
    list: store.list,
  };
}
