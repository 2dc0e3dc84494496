import type { DatabaseSync } from "node:sqlite";
import { type RevocationKind, revocationKinds } from "@cardea/verifier/wire";
import { epochLead, type LogHead, type LogSlice, type NewRevocation } from "../ports.ts";
import { integer, type Row, text } from "./row.ts";

/** The head of the log. Inside a transaction it is of that transaction's snapshot. */
export function revocationHead(database: DatabaseSync): LogHead {
  const row = database.prepare("SELECT epoch, pos FROM revocation_head").get();
  if (!row) throw new Error("The revocation log has lost its head row.");
  return { epoch: text(row, "epoch"), pos: integer(row, "pos") };
}

/** Gives the log another epoch, in which positions go on beyond `pos`; inside the caller's transaction. */
export function renewedEpoch(database: DatabaseSync, pos: number): void {
  database.prepare("UPDATE revocation_head SET epoch = lower(hex(randomblob(8))), pos = ?").run(pos);
}

/** See `RevocationStore.renew`; inside the caller's transaction. */
export function renewRevocations(database: DatabaseSync, seen: LogHead): void {
  const { epoch, pos } = revocationHead(database);
  if (epoch === seen.epoch && pos < seen.pos) renewedEpoch(database, seen.pos + epochLead);
}

/** Appends inside the caller's transaction: the log moves with its cause, or not at all. */
export function appendRevocations(database: DatabaseSync, revocations: readonly NewRevocation[]): LogHead {
  const { epoch, pos } = revocationHead(database);
  const insert = database.prepare(
    "INSERT INTO revocations (pos, kind, key, expires_at, issued_before) VALUES (?, ?, ?, ?, ?)",
  );
  for (const [index, { kind, key, expiresAt, issuedBefore }] of revocations.entries()) {
    insert.run(pos + index + 1, kind, key, expiresAt, issuedBefore ?? null);
  }
  const head = { epoch, pos: pos + revocations.length };
  database.prepare("UPDATE revocation_head SET pos = ?").run(head.pos);
  return head;
}

/** Rows and head by one statement, hence of one snapshot: a head that is newer than the rows would lose entries. */
export function readRevocations(database: DatabaseSync, after: number, limit: number): LogSlice {
  const rows = database
    .prepare(
      `SELECT head.epoch, head.pos AS head_pos, entry.* FROM revocation_head AS head
       LEFT JOIN (SELECT * FROM revocations WHERE pos > ? ORDER BY pos LIMIT ?) AS entry ON TRUE ORDER BY entry.pos`,
    )
    .all(after, limit + 1);
  const [first] = rows;
  if (!first) throw new Error("The revocation log has lost its head row.");
  const head = { epoch: text(first, "epoch"), pos: integer(first, "head_pos") };
  if (after >= head.pos) return { head, from: head.pos, to: head.pos, entries: [] };
  const entries = rows.filter(({ pos }) => pos !== null).map(entryOf);
  const found = entries.slice(0, limit);
  return { head, from: after, to: entries.length > limit ? (found.at(-1)?.pos ?? head.pos) : head.pos, entries: found };
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
