import { type RevocationKind, revocationKinds } from "@cardea/verifier/wire";
import { epochLead, type LogSlice, type NewRevocation, type RevocationStore } from "../ports.ts";
import type { Bell } from "./bell.ts";
import type { Database } from "./database.ts";
import { headOf } from "./personRows.ts";
import { integer, object, objects, type Row, text } from "./row.ts";
import { type Call, rowsAsJson, statement } from "./statement.ts";

/**
 * The revocation log in PostgreSQL. Whoever appends holds the head's row until the commit, so positions are without gaps and in
 * the order of the commits: who has read up to the head has missed nothing.
 */
export const revocationStore = (database: Database, { listen }: Pick<Bell, "listen">): RevocationStore => ({
  append: async (revocations) => {
    const [row] = await database.run(appendRevocations(revocations));
    if (!row) throw new Error("The revocation log has lost its head row.");
    return headOf(object(row, "head"));
  },
  read: async (after, limit) => {
    const [row] = await database.find(readLog(after, limit + 1));
    if (!row) throw new Error("The revocation log has lost its head row.");
    return sliceOf(row, after, limit);
  },
  watch: listen,
  renew: async ({ epoch, pos }) => {
    await database.run(renewEpoch(epoch, pos));
  },
});

const renewEpoch = statement(
  "renew_epoch",
  `UPDATE revocation_head SET epoch = replace(gen_random_uuid()::text, '-', ''), pos = $2::bigint + ${epochLead}
   WHERE epoch = $1 AND pos < $2::bigint`,
);

/** Whether a call appends to the log. */
export const isAppend = ({ name }: Pick<Call, "name">): boolean => name === appending;

const appending = "append_revocations";

/** Appends in the given order; answers with the head. Inside a transaction it comes last. */
export const appendRevocations = (revocations: readonly NewRevocation[]): Call => append(rowsAsJson(revocations));

const append = statement(
  appending,
  `WITH head AS (
     UPDATE revocation_head SET pos = pos + json_array_length($1) RETURNING epoch, pos
   ), appended AS (
     INSERT INTO revocations (pos, kind, key, expires_at, issued_before)
     SELECT head.pos - json_array_length($1) + entry.ordinality, entry.kind, entry.key, entry.expires_at, entry.issued_before
     FROM head, json_populate_recordset(NULL::revocations, $1) WITH ORDINALITY AS entry
   )
   SELECT to_json(head) AS head FROM head`,
);

/** Rows and head by one statement, hence of one snapshot: a head that is newer than the rows would lose entries. */
const readLog = statement(
  "read_log",
  `SELECT to_json(head) AS head, (
     SELECT coalesce(json_agg(entry ORDER BY entry.pos), '[]')
     FROM (SELECT * FROM revocations WHERE pos > $1 ORDER BY pos LIMIT $2) AS entry
   ) AS entries
   FROM revocation_head AS head`,
);

function sliceOf(row: Row, after: number, limit: number): LogSlice {
  const head = headOf(object(row, "head"));
  if (after >= head.pos) return { head, from: head.pos, to: head.pos, entries: [] };
  const found = objects(row, "entries").map(entryOf);
  const entries = found.slice(0, limit);
  return { head, from: after, to: found.length > limit ? (entries.at(-1)?.pos ?? head.pos) : head.pos, entries };
}

const entryOf = (row: Row): LogSlice["entries"][number] => ({
  kind: kindOf(text(row, "kind")),
  key: text(row, "key"),
  pos: integer(row, "pos"),
  expiresAt: integer(row, "expires_at"),
  ...(row.issued_before === null ? {} : { issuedBefore: integer(row, "issued_before") }),
});

/** A kind that this version does not know is a fault: to skip it would be to lose a revocation. */
function kindOf(name: string): RevocationKind {
  const kind = revocationKinds.find((known) => known === name);
  if (!kind) throw new Error(`The revocation log holds the kind "${name}", which this version does not know.`);
  return kind;
}
