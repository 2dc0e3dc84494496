import { randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import { canonicalEmail } from "../people/email.ts";
import { acceptPassword, passwordLength } from "../people/password.ts";
import { type Command, UsageError } from "./command.ts";
import { humanTime, print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { withAuth } from "./withAuth.ts";

/** `users create`: the password comes from standard input or is made here; on the command line others could read it. */
export const usersCreate: Command = {
  name: "users create",
  about: "Creates a user; without --password-stdin the password is generated and shown once",
  words: ["EMAIL"],
  flags: {
    ...settingFlags,
    role: { type: "string", multiple: true, about: "a role; may be given more than once" },
    "password-stdin": { type: "boolean", about: "read the password from standard input" },
  },
  run: async (given) => {
    const email = canonicalEmail(given.words[0] ?? "");
    if (!email.ok) throw new UsageError("This is not an email address. Example: ada@example.com");
    const typed = given.is("password-stdin") ? (await text(process.stdin)).replace(/\r?\n$/, "") : undefined;
    const generated = randomBytes(15).toString("base64url");
    const password = acceptPassword(typed ?? generated);
    if (!password.ok)
      throw new UsageError(`The password does not fit: use ${passwordLength.min} to ${passwordLength.max} characters.`);
    const created = await withAuth(given, (auth) =>
      auth.accounts.create({ email: email.value, password: password.value, roles: given.texts("role") }),
    );
    if (!created.ok) throw new Error(`There is already a user ${email.value}.`);
    const { id, roles } = created.value;
    const shown = typed === undefined ? { password: generated } : {};
    print(given.is("json"), { id, email: email.value, roles, ...shown }, () =>
      [
        `Created ${email.value} (${id}).`,
        ...(typed === undefined ? [`Password, shown only now: ${generated}`] : []),
      ].join("\n"),
    );
    return 0;
  },
};

/** `users list`, oldest first. */
export const usersList: Command = {
  name: "users list",
  about: "Lists users",
  words: [],
  flags: { ...settingFlags, limit: { type: "string", about: "at most so many (default 100)" } },
  run: async (given) => {
    const limit = Number(given.text("limit") ?? 100);
    if (!Number.isSafeInteger(limit) || limit < 1) throw new UsageError("--limit takes a whole number from 1.");
    const accounts = await withAuth(given, (auth) => auth.accounts.list(limit));
    const users = accounts.map(({ id, email, roles, createdAt }) => ({
      id,
      email,
      roles,
      created_at: new Date(createdAt).toISOString(),
    }));
    const rows = accounts.map(({ id, email, roles, createdAt }) => [email, roles.join(", "), humanTime(createdAt), id]);
    print(given.is("json"), { users }, () =>
      table(["EMAIL", "ROLES", "CREATED", "ID"], rows, "No users yet. Create one with: cardea users create EMAIL"),
    );
    return 0;
  },
};
