import type { Auth } from "../auth.ts";
import type { Account } from "../store/ports.ts";
import { accountWord, findAccount } from "./account.ts";
import { type Arguments, type Command, UsageError } from "./command.ts";
import { confirm, yesFlag } from "./confirm.ts";
import { print } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { byCli, withExistingAuth } from "./withAuth.ts";

/** `users disable`: nobody signs in to it any more, and its sessions end. */
export const usersDisable: Command = changeOf({
  name: "users disable",
  about: "Closes a user's account and ends its sessions",
  question: ({ email }) => `Disable ${email} and end all sessions?`,
  change: (auth, { id }) => auth.accounts.disable(id, byCli),
  done: ({ email }) => `Disabled ${email}; all sessions have ended.`,
});

/** `users enable`. */
export const usersEnable: Command = changeOf({
  name: "users enable",
  about: "Opens a disabled account again",
  change: (auth, { id }) => auth.accounts.enable(id, byCli),
  done: ({ email }) => `Enabled ${email}.`,
});

/** `users delete`: for ever, but for the audit trail. */
export const usersDelete: Command = changeOf({
  name: "users delete",
  about: "Deletes a user with all that is kept, but the audit trail",
  question: ({ email, id }) => `Delete ${email} (${id}) for ever?`,
  change: (auth, { id }) => auth.accounts.remove(id, byCli),
  done: ({ email, id }) => `Deleted ${email} (${id}).`,
});

/** `users roles`: shows what a user's roles are afterwards. */
export const usersRoles: Command = {
  name: "users roles",
  about: "Adds and removes roles; access tokens with the old ones are refused, where the mode allows it",
  words: [accountWord],
  flags: {
    ...settingFlags,
    add: { type: "string", multiple: true, about: "a role to give; may be given more than once" },
    remove: { type: "string", multiple: true, about: "a role to take; may be given more than once" },
  },
  run: async (given) => {
    const [added, removed] = [given.texts("add"), given.texts("remove")];
    if (added.length + removed.length === 0)
      throw new UsageError("Say what is to change: --add ROLE, --remove ROLE. (cardea users get shows roles.)");
    const { account, roles } = await withExistingAuth(given, async (auth, store) => {
      const account = await findAccount(store.people, given.words[0]);
      const roles = [...new Set([...account.roles, ...added])].filter((role) => !removed.includes(role));
      requireFound(await auth.accounts.setRoles(account.id, roles, byCli), account);
      return { account, roles };
    });
    print(given.is("json"), { id: account.id, email: account.email, roles }, () =>
      roles.length === 0 ? `${account.email} has no roles.` : `${account.email} has the roles ${roles.join(", ")}.`,
    );
    return 0;
  },
};

type Change = Pick<Command, "name" | "about"> & {
  /** Asked before what cannot be taken back, or what locks somebody out. */
  readonly question?: (account: Account) => string;
  readonly change: (auth: Auth, account: Account) => Promise<boolean>;
  readonly done: (account: Account) => string;
};

function changeOf({ name, about, question, change, done }: Change): Command {
  const run = async (given: Arguments): Promise<number> => {
    const account = await withExistingAuth(given, async (auth, store) => {
      const found = await findAccount(store.people, given.words[0]);
      if (question) await confirm(given, question(found));
      requireFound(await change(auth, found), found);
      return found;
    });
    print(given.is("json"), { id: account.id, email: account.email, done: true }, () => done(account));
    return 0;
  };
  return { name, about, words: [accountWord], flags: { ...settingFlags, ...(question ? yesFlag : {}) }, run };
}

/** It was there a moment ago. */
function requireFound(found: boolean, { email }: Account): void {
  if (!found) throw new Error(`There is no user ${email} any more.`);
}
