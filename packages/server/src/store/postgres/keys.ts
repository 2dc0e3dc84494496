import type { KeyStore, StoredKey } from "../ports.ts";
import type { Database } from "./database.ts";
import { appendRevocations } from "./revocations.ts";
import { integer, object, optionalInteger, type Row, text } from "./row.ts";
import { insertion, orUpdate, statement } from "./statement.ts";

/** Sealed keys in PostgreSQL. A change holds the lock of the whole set, of which there may be no row yet. */
export const keyStore = (database: Database): KeyStore => ({
  list: async () => (await database.find(allKeys())).map(keyOf),
  change: (decide) =>
    database.transaction({
      locks: [lockKeys()],
      read: allKeys(),
      decide: (rows) => {
        const { answer, write = [], remove = [], revocations = [] } = decide(rows.map(keyOf));
        const calls = [
          ...(write.length > 0 ? [writeKeys(write)] : []),
          ...(remove.length > 0 ? [deleteKeys(remove)] : []),
          ...(revocations.length > 0 ? [appendRevocations(revocations)] : []),
        ];
        return { answer, calls };
      },
    }),
});

/** A number that stands for the set of keys among the database's advisory locks. */
const keysLock = 7_310_223_907;

const lockKeys = statement("lock_keys", `SELECT pg_advisory_xact_lock(${keysLock})`);
const allKeys = statement("all_keys", "SELECT to_json(key) AS key FROM keys AS key ORDER BY created_at, kid");
const changing = ["sealed", "signs_from", "signs_until", "verifies_until", "revoked_at"];
const writeKeys = insertion("keys", ["kid", "purpose", "alg", "created_at", ...changing], orUpdate("kid", changing));
const deleteKeys = statement("delete_keys", "DELETE FROM keys WHERE kid = ANY($1)");

function keyOf(outer: Row): StoredKey {
  const row = object(outer, "key");
  return {
    kid: text(row, "kid"),
    purpose: text(row, "purpose") === "refresh" ? "refresh" : "access",
    alg: text(row, "alg"),
    sealed: text(row, "sealed"),
    createdAt: integer(row, "created_at"),
    signsFrom: integer(row, "signs_from"),
    signsUntil: optionalInteger(row, "signs_until"),
    verifiesUntil: optionalInteger(row, "verifies_until"),
    revokedAt: optionalInteger(row, "revoked_at"),
  };
}
