import type { KeyStore, StoredKey } from "../ports.ts";
import type { LogConnection } from "./connection.ts";
import { integer, nullable, optionalInteger, type Row, text } from "./row.ts";
import { untilFree } from "./transaction.ts";

/** Sealed keys in SQLite. */
export function keyStore({ database, transact, log }: LogConnection): KeyStore {
  const list = database.prepare("SELECT * FROM keys ORDER BY created_at, kid");
  const remove = database.prepare("DELETE FROM keys WHERE kid = ?");
  const upsert = database.prepare(
    `INSERT INTO keys (kid, purpose, alg, sealed, created_at, signs_from, signs_until, verifies_until, revoked_at)
     VALUES (:kid, :purpose, :alg, :sealed, :createdAt, :signsFrom, :signsUntil, :verifiesUntil, :revokedAt)
     ON CONFLICT (kid) DO UPDATE SET sealed = excluded.sealed, signs_from = excluded.signs_from, signs_until = excluded.signs_until,
       verifies_until = excluded.verifies_until, revoked_at = excluded.revoked_at`,
  );
  return {
    list: () => untilFree(() => list.all().map(keyOf)),
    change: (decide) =>
      transact(() => {
        const { answer, write = [], remove: removed = [], revocations = [] } = decide(list.all().map(keyOf));
        for (const key of write) upsert.run(columnsOf(key));
        for (const kid of removed) remove.run(kid);
        if (revocations.length > 0) log.append(revocations);
        return answer;
      }),
  };
}

const columnsOf = (key: StoredKey): Record<keyof StoredKey, string | number | null> => ({
  ...key,
  signsUntil: nullable(key.signsUntil),
  verifiesUntil: nullable(key.verifiesUntil),
  revokedAt: nullable(key.revokedAt),
});

const keyOf = (row: Row): StoredKey => ({
  kid: text(row, "kid"),
  purpose: text(row, "purpose") === "refresh" ? "refresh" : "access",
  alg: text(row, "alg"),
  sealed: text(row, "sealed"),
  createdAt: integer(row, "created_at"),
  signsFrom: integer(row, "signs_from"),
  signsUntil: optionalInteger(row, "signs_until"),
  verifiesUntil: optionalInteger(row, "verifies_until"),
  revokedAt: optionalInteger(row, "revoked_at"),
});
