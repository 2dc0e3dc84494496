import type { AuditRecord } from "../store/ports.ts";
import { findAccount, instant } from "./account.ts";
import type { Command } from "./command.ts";
import { limitFlag, limitOf } from "./limit.ts";
import { humanTime, print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { withStore } from "./withAuth.ts";

/** `audit list`, the latest first. */
export const auditList: Command = {
  name: "audit list",
  about: "Shows the audit trail, the latest first",
  words: [],
  flags: {
    ...settingFlags,
    ...limitFlag,
    user: { type: "string", about: "only of this user: an address, or an id, also of a user who was deleted" },
    before: { type: "string", about: "only what is older than the line with this id, to go on where a list ended" },
  },
  run: async (given) => {
    const limit = limitOf(given);
    const [user, before] = [given.text("user"), given.text("before")];
    const records = await withStore(given, async ({ people, audit }) => {
      const accountId = user?.includes("@") ? (await findAccount(people, user)).id : user;
      const filter = { ...(accountId === undefined ? {} : { accountId }), ...(before === undefined ? {} : { before }) };
      return audit.list({ limit, ...filter });
    });
    print(given.is("json"), { audit: records.map(auditBody) }, () =>
      table(["TIME", "EVENT", "OUTCOME", "BY", "ACCOUNT", "ADDRESS", "DETAILS"], records.map(row), "Nothing yet."),
    );
    return 0;
  },
};

/** A line of the trail as commands show it. */
export const auditBody = (record: AuditRecord): object => ({
  id: record.id,
  at: instant(record.at),
  type: record.type,
  outcome: record.outcome,
  actor: record.actor ?? null,
  account_id: record.accountId ?? null,
  session_id: record.sessionId ?? null,
  address: record.address ?? null,
  user_agent: record.userAgent ?? null,
  details: record.details,
});

const row = ({ at, type, outcome, actor, accountId, address, details }: AuditRecord): readonly string[] => [
  humanTime(at),
  type,
  outcome,
  actor !== undefined && actor === accountId ? "self" : (actor ?? ""),
  accountId ?? "",
  address ?? "",
  Object.entries(details)
    .filter(([name]) => name !== "requestId")
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(" "),
];
