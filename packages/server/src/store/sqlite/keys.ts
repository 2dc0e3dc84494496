import type { DatabaseSync } from "node:sqlite";
import type { KeyStore, StoredKey } from "../ports.ts";
import { integer, type Row, text } from "./row.ts";
import { inTransaction } from "./transaction.ts";

/** Sealed keys in SQLite. */
export function keyStore(database: DatabaseSync): KeyStore {
  const list = database.prepare("SELECT * FROM keys ORDER BY created_at, kid");
  const first = database.prepare("SELECT * FROM keys WHERE purpose = ? AND alg = ? ORDER BY created_at, kid LIMIT 1");
  const insert = database.prepare(
    "INSERT INTO keys (kid, purpose, alg, sealed, created_at) VALUES (:kid, :purpose, :alg, :sealed, :createdAt)",
  );
  return {
    list: async () => list.all().map(keyOf),
    insertFirst: async (key) =>
      inTransaction(database, () => {
        const row = first.get(key.purpose, key.alg);
        if (row) return keyOf(row);
        insert.run(key);
        return key;
      }),
  };
}

const keyOf = (row: Row): StoredKey => ({
  kid: text(row, "kid"),
  purpose: text(row, "purpose") === "refresh" ? "refresh" : "access",
  alg: text(row, "alg"),
  sealed: text(row, "sealed"),
  createdAt: integer(row, "created_at"),
});
