import type { DatabaseSync } from "node:sqlite";
import { type RevocationKind, revocationKinds } from "@cardea/verifier/wire";
import { epochLead, type LogHead, type LogSlice, type NewRevocation } from "../ports.ts";
import { integer, type Row, text } from "./row.ts";

/** The log in SQLite. Whatever writes does so inside the caller's transaction: the log moves with its cause, or not at all. */
export type RevocationLog = {
  /** The head of the log. Inside a transaction it is of that transaction's snapshot. */
  readonly head: () => LogHead;
  readonly append: (revocations: readonly NewRevocation[]) => LogHead;
  /** See `RevocationStore.read`. */
  readonly read: (after: number, limit: number) => LogSlice;
  /** See `RevocationStore.renew`. */
  readonly renew: (seen: LogHead) => void;
  /** Gives the log another epoch, in which positions go on beyond `pos`. */
  readonly renewEpoch: (pos: number) => void;
};

/** The log of an open file. */
export function revocationLog(database: DatabaseSync): RevocationLog {
  const findHead = database.prepare("SELECT epoch, pos FROM revocation_head");
  const moveHead = database.prepare("UPDATE revocation_head SET pos = ?");
  const newEpoch = database.prepare("UPDATE revocation_head SET epoch = lower(hex(randomblob(8))), pos = ?");
  const insert = database.prepare(
    "INSERT INTO revocations (pos, kind, key, expires_at, issued_before) VALUES (?, ?, ?, ?, ?)",
  );
  // Rows and head by one statement, hence of one snapshot: a head that is newer than the rows would lose entries.
  const readOn = database.prepare(
    `SELECT head.epoch, head.pos AS head_pos, entry.* FROM revocation_head AS head
     LEFT JOIN (SELECT * FROM revocations WHERE pos > ? ORDER BY pos LIMIT ?) AS entry ON TRUE ORDER BY entry.pos`,
  );

  const head = (): LogHead => {
    const row = findHead.get();
    if (!row) throw noHead();
    return { epoch: text(row, "epoch"), pos: integer(row, "pos") };
  };
  const renewEpoch: RevocationLog["renewEpoch"] = (pos) => {
    newEpoch.run(pos);
  };

  return {
    head,
    renewEpoch,
    renew: (seen) => {
      const { epoch, pos } = head();
      if (epoch === seen.epoch && pos < seen.pos) renewEpoch(seen.pos + epochLead);
    },
    append: (revocations) => {
      const { epoch, pos } = head();
      for (const [index, { kind, key, expiresAt, issuedBefore }] of revocations.entries()) {
        insert.run(pos + index + 1, kind, key, expiresAt, issuedBefore ?? null);
      }
      const moved = { epoch, pos: pos + revocations.length };
      moveHead.run(moved.pos);
      return moved;
    },
    read: (after, limit) => sliceOf(readOn.all(after, limit + 1), after, limit),
  };
}

function sliceOf(rows: readonly Row[], after: number, limit: number): LogSlice {
  const [first] = rows;
  if (!first) throw noHead();
  const head = { epoch: text(first, "epoch"), pos: integer(first, "head_pos") };
  if (after >= head.pos) return { head, from: head.pos, to: head.pos, entries: [] };
  const entries = rows.filter(({ pos }) => pos !== null).map(entryOf);
  const found = entries.slice(0, limit);
  return { head, from: after, to: entries.length > limit ? (found.at(-1)?.pos ?? head.pos) : head.pos, entries: found };
}

const noHead = (): Error => new Error("The revocation log has lost its head row.");

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
