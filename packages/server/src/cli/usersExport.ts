import { accountBody, accountWord, findAccount, instant } from "./account.ts";
import { auditBody } from "./audit.ts";
import type { Command } from "./command.ts";
import { print } from "./output.ts";
import { sessionBody } from "./sessions.ts";
import { settingFlags } from "./settings.ts";
import { byCli, withExistingAuth } from "./withAuth.ts";

/** `users export`: a person's data, as they may ask for it (GDPR articles 15 and 20); always JSON. */
export const usersExport: Command = {
  name: "users export",
  about: "Prints all that is kept of a user as JSON, but what would let somebody in",
  words: [accountWord],
  flags: settingFlags,
  run: async (given) => {
    const exported = await withExistingAuth(given, async (auth, store) => {
      const { id, email } = await findAccount(store.people, given.words[0]);
      const found = await auth.accounts.export(id, byCli);
      if (!found) throw new Error(`There is no user ${email} any more.`);
      return found;
    });
    const { account, sessions, activity } = exported;
    print(
      true,
      {
        exported_at: instant(Date.now()),
        account: accountBody(account),
        sessions: sessions.map(sessionBody),
        activity: activity.map(auditBody),
      },
      () => "",
    );
    return 0;
  },
};
