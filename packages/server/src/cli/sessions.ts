import type { Auth } from "../auth.ts";
import { deviceName } from "../http/deviceName.ts";
import { isLive } from "../session/ending.ts";
import type { PersonStore, Session } from "../store/ports.ts";
import { accountWord, findAccount, instant } from "./account.ts";
import { type Arguments, type Command, UsageError } from "./command.ts";
import { confirm, yesFlag } from "./confirm.ts";
import { humanTime, print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { byCli, withExistingAuth, withStore } from "./withAuth.ts";

/** `sessions list`, latest use first. */
export const sessionsList: Command = {
  name: "sessions list",
  about: "Lists a user's live sessions",
  words: [accountWord],
  flags: settingFlags,
  run: async (given) => {
    const sessions = await withStore(given, async ({ people }) => {
      const { id } = await findAccount(people, given.words[0]);
      const all = await people.sessions(id);
      return all.filter((session) => isLive(session, Date.now())).toSorted((a, b) => b.lastUsedAt - a.lastUsedAt);
    });
    const rows = sessions.map(({ id, userAgent, address = "", lastUsedAt, createdAt }) => [
      id,
      deviceName(userAgent),
      address,
      humanTime(lastUsedAt),
      humanTime(createdAt),
    ]);
    print(given.is("json"), { sessions: sessions.map(sessionBody) }, () =>
      table(["ID", "DEVICE", "ADDRESS", "LAST USED", "SINCE"], rows, "No live sessions."),
    );
    return 0;
  },
};

/** `sessions revoke`: one, all of a user, or everybody's. */
export const sessionsRevoke: Command = {
  name: "sessions revoke",
  about: "Ends a session, all of a user (--user), or everybody's (--all)",
  words: ["[ID]"],
  flags: {
    ...settingFlags,
    user: { type: "string", about: "end all sessions of this user, by address or id" },
    all: { type: "boolean", about: "end all sessions of everybody" },
    ...yesFlag,
  },
  run: async (given) => {
    const revoke = revocationOf(given);
    const revoked = await withExistingAuth(given, (auth, { people }) => revoke(auth, people));
    print(given.is("json"), { revoked }, () => (revoked === 1 ? "Ended 1 session." : `Ended ${revoked} sessions.`));
    return 0;
  },
};

/** A session as commands show it. */
export const sessionBody = (session: Session): object => ({
  id: session.id,
  account_id: session.accountId,
  created_at: instant(session.createdAt),
  last_used_at: instant(session.lastUsedAt),
  expires_at: instant(Math.min(session.idleEndsAt, session.absoluteEndsAt)),
  authenticated_at: instant(session.authenticatedAt),
  amr: session.amr,
  transport: session.transport,
  device: deviceName(session.userAgent),
  user_agent: session.userAgent,
  address: session.address ?? null,
});

type Revocation = (auth: Auth, people: PersonStore) => Promise<number>;

/** Exactly one of the three ways of saying which. */
function revocationOf(given: Arguments): Revocation {
  const [id, user, all] = [given.words[0], given.text("user"), given.is("all")];
  if ([id !== undefined, user !== undefined, all].filter(Boolean).length !== 1)
    throw new UsageError("Say which sessions end: an ID, --user EMAIL or --all.");
  if (id !== undefined) return (auth, people) => revokeOne(id, auth, people);
  if (user !== undefined) return (auth, people) => revokeOfUser(given, user, auth, people);
  return (auth, people) => revokeAll(given, auth, people);
}

async function revokeOne(sessionId: string, auth: Auth, people: PersonStore): Promise<number> {
  const owner = await people.change({ sessionId }, ({ account }) => ({ answer: account.id }));
  if (owner !== undefined && (await auth.sessions.end(owner, sessionId, byCli))) return 1;
  throw new Error(`There is no session ${sessionId}. See: cardea sessions list EMAIL`);
}

async function revokeOfUser(given: Arguments, user: string, auth: Auth, people: PersonStore): Promise<number> {
  const { id, email } = await findAccount(people, user);
  await confirm(given, `End all sessions of ${email}?`);
  return (await auth.sessions.endAll(id, byCli)) ?? 0;
}

async function revokeAll(given: Arguments, auth: Auth, people: PersonStore): Promise<number> {
  await confirm(given, "End all sessions of everybody?");
  let revoked = 0;
  let page = await people.list(pageSize);
  while (page.length > 0) {
    for (const { id } of page) revoked += (await auth.sessions.endAll(id, byCli)) ?? 0;
    page = await people.list(pageSize, page.at(-1)?.id);
  }
  return revoked;
}

const pageSize = 500;
