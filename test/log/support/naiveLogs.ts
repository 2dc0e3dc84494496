import type { Client } from "pg";

/** A revocation log as somebody might write it in SQL. Append is one statement, within a transaction that has done other work before. */
export type SqlLog = {
  readonly tables: string;
  /** `$1` is the key. */
  readonly append: string;
  /** What a reader that was at `cursor` sees, and where it is then. */
  readonly read: (client: Client, cursor: number) => Promise<Seen>;
};

/** Keys of entries, and the cursor after them. */
export type Seen = { readonly keys: readonly string[]; readonly cursor: number };

const sequence = {
  tables:
    "CREATE TABLE log (pos bigserial PRIMARY KEY, key text NOT NULL, xid xid8 NOT NULL DEFAULT pg_current_xact_id())",
  append: "INSERT INTO log (key) VALUES ($1)",
};

/** Positions by a sequence, which gives them out in another order than that of the commits. */
export const sequenceLog: SqlLog = {
  ...sequence,
  read: async (client, cursor) => rowsAfter(client, cursor, "SELECT pos, key FROM log WHERE pos > $1 ORDER BY pos"),
};

/**
 * The same, but a reader waits for every transaction that began before the entry's own. A position can be taken by one that
 * began later and still runs, so the cursor passes it.
 */
export const oldestTransactionLog: SqlLog = {
  ...sequence,
  read: async (client, cursor) =>
    rowsAfter(
      client,
      cursor,
      "SELECT pos, key FROM log WHERE pos > $1 AND xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY pos",
    ),
};

const headRow = {
  tables: `CREATE TABLE log (pos bigint PRIMARY KEY, key text NOT NULL); CREATE TABLE head (pos bigint NOT NULL);
    INSERT INTO head VALUES (0)`,
  append: `WITH head AS (UPDATE head SET pos = pos + 1 RETURNING pos)
    INSERT INTO log (pos, key) SELECT head.pos, $1 FROM head`,
};

/** Positions under the lock of the head's row, but the head is read after the rows, in a snapshot of its own. */
export const secondSnapshotLog: SqlLog = {
  ...headRow,
  read: async (client, cursor) => {
    const { keys } = await rowsAfter(client, cursor, "SELECT pos, key FROM log WHERE pos > $1 ORDER BY pos");
    const { rows } = await client.query("SELECT pos::int FROM head");
    return { keys, cursor: rows[0].pos };
  },
};

/** The same with rows and head by one statement: what the product does. */
export const oneSnapshotLog: SqlLog = {
  ...headRow,
  read: async (client, cursor) => {
    const { rows } = await client.query(
      `SELECT head.pos::int AS head, (SELECT coalesce(json_agg(log.key), '[]') FROM log WHERE log.pos > $1) AS keys FROM head`,
      [cursor],
    );
    return { keys: rows[0].keys, cursor: rows[0].head };
  },
};

/** The cursor of a reader that has no head: the last entry's position. */
async function rowsAfter(client: Client, cursor: number, sql: string): Promise<Seen> {
  const { rows } = await client.query(sql, [cursor]);
  return { keys: rows.map(({ key }) => key), cursor: Number(rows.at(-1)?.pos ?? cursor) };
}
