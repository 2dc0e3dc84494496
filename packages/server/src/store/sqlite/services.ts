import type { DatabaseSync } from "node:sqlite";
import type { Service, ServiceStore } from "../ports.ts";
import { integer, type Row, text } from "./row.ts";
import { inTransaction } from "./transaction.ts";
import { insertUnlessTaken } from "./unique.ts";

/** Service credentials in SQLite. */
export function serviceStore(database: DatabaseSync): ServiceStore {
  const insert = database.prepare(
    "INSERT INTO services (id, name, secret_hash, created_at) VALUES (:id, :name, :secretHash, :createdAt)",
  );
  const find = database.prepare("SELECT * FROM services WHERE id = ?");
  const list = database.prepare("SELECT * FROM services ORDER BY created_at, id");
  return {
    insert: async (service) => inTransaction(database, () => insertUnlessTaken(() => insert.run(service))),
    find: async (id) => {
      const row = find.get(id);
      return row && serviceOf(row);
    },
    list: async () => list.all().map(serviceOf),
  };
}

const serviceOf = (row: Row): Service => ({
  id: text(row, "id"),
  name: text(row, "name"),
  secretHash: text(row, "secret_hash"),
  createdAt: integer(row, "created_at"),
});
