import type { VerifierNote, VerifierStore } from "../ports.ts";
import type { Connection } from "./connection.ts";
import { integer, optionalText, type Row, text } from "./row.ts";
import { untilFree } from "./transaction.ts";

/** What is known of verifiers, in SQLite. */
export function verifierStore({ database, transact }: Connection): VerifierStore {
  const note = database.prepare(
    `INSERT INTO verifiers (service_id, name, epoch, applied, max_staleness_ms, heard_at)
     VALUES (:serviceId, :name, :epoch, :applied, :maxStalenessMs, :heardAt)
     ON CONFLICT (service_id, name) DO UPDATE SET epoch = excluded.epoch, applied = excluded.applied,
       max_staleness_ms = excluded.max_staleness_ms, heard_at = excluded.heard_at`,
  );
  const list = database.prepare("SELECT * FROM verifiers WHERE heard_at >= ? ORDER BY service_id, name");
  const forget = database.prepare("DELETE FROM verifiers WHERE heard_at < ?");
  return {
    note: (notes) =>
      transact(() => {
        for (const { epoch = null, ...rest } of notes) note.run({ ...rest, epoch });
      }),
    list: (since) => untilFree(() => list.all(since).map(noteOf)),
    forget: async (before) => {
      await transact(() => forget.run(before));
    },
  };
}

const noteOf = (row: Row): VerifierNote => ({
  serviceId: text(row, "service_id"),
  name: text(row, "name"),
  epoch: optionalText(row, "epoch"),
  applied: integer(row, "applied"),
  maxStalenessMs: integer(row, "max_staleness_ms"),
  heardAt: integer(row, "heard_at"),
});
