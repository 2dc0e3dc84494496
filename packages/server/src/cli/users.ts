import { randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import { escapeControls } from "../printable.ts";
import type { Account } from "../store/ports.ts";
import { accountBody, accountWord, emailOf, findAccount } from "./account.ts";
import { type Command, UsageError } from "./command.ts";
import { limitFlag, limitOf } from "./limit.ts";
import { humanTime, print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { byCli, withAuth, withStore } from "./withAuth.ts";

/** `users create`: the password comes from standard input or is made here; on the command line others could read it. */
export const usersCreate: Command = {
  name: "users create",
  about: "Creates a user; without --password-stdin the password is generated and shown once",
  words: ["EMAIL"],
  flags: {
    ...settingFlags,
    role: { type: "string", multiple: true, about: "a role; may be given more than once" },
    "password-stdin": { type: "boolean", about: "read the password from standard input" },
    verified: { type: "boolean", about: "the address is known to be theirs" },
  },
  run: async (given) => {
    const email = emailOf(given.words[0] ?? "");
    const typed = given.is("password-stdin") ? (await text(process.stdin)).replace(/\r?\n$/, "") : undefined;
    const generated = randomBytes(15).toString("base64url");
    const created = await withAuth(given, async (auth) => {
      const password = await auth.passwordPolicy.accept(typed ?? generated, { email });
      if (!password.ok) throw new UsageError(`The password does not fit. ${password.refusal.message}`);
      const person = { email, password: password.value, roles: given.texts("role"), verified: given.is("verified") };
      return auth.accounts.create(person, byCli);
    });
    if (!created.ok) throw new Error(`There is already a user ${email}.`);
    const { id, roles } = created.value;
    const shown = typed === undefined ? { password: generated } : {};
    print(given.is("json"), { id, email, roles, ...shown }, () =>
      [`Created ${email} (${id}).`, ...(typed === undefined ? [`Password, shown only now: ${generated}`] : [])].join(
        "\n",
      ),
    );
    return 0;
  },
};

/** `users list`, oldest first. */
export const usersList: Command = {
  name: "users list",
  about: "Lists users",
  words: [],
  flags: {
    ...settingFlags,
    ...limitFlag,
    after: { type: "string", about: "only those after the user with this id, to go on where a list ended" },
  },
  run: async (given) => {
    const limit = limitOf(given);
    const accounts = await withStore(given, ({ people }) => people.list(limit, given.text("after")));
    const rows = accounts.map((account) => [
      account.email,
      account.roles.join(", "),
      stateOf(account),
      humanTime(account.createdAt),
      account.id,
    ]);
    print(given.is("json"), { users: accounts.map(accountBody) }, () =>
      table(
        ["EMAIL", "ROLES", "STATE", "CREATED", "ID"],
        rows,
        "No users yet. Create one with: cardea users create EMAIL",
      ),
    );
    return 0;
  },
};

/** `users get`. */
export const usersGet: Command = {
  name: "users get",
  about: "Shows a user",
  words: [accountWord],
  flags: settingFlags,
  run: async (given) => {
    const account = await withStore(given, ({ people }) => findAccount(people, given.words[0]));
    print(given.is("json"), accountBody(account), () =>
      Object.entries(accountBody(account))
        .map(([name, value]) => `${name.padEnd(19)}  ${shown(value)}`)
        .join("\n"),
    );
    return 0;
  },
};

function stateOf({ disabledAt, emailVerifiedAt }: Account): string {
  if (disabledAt !== undefined) return "disabled";
  return emailVerifiedAt === undefined ? "unverified" : "verified";
}

const shown = (value: unknown): string =>
  value === null ? "-" : escapeControls(typeof value === "string" ? value : JSON.stringify(value));
