import { type Service, type ServiceStore, scopesAmong } from "../ports.ts";
import type { Connection } from "./connection.ts";
import { integer, type Row, text, textList } from "./row.ts";
import { untilFree } from "./transaction.ts";
import { insertUnlessTaken } from "./unique.ts";

/** Service credentials in SQLite. */
export function serviceStore({ database, transact }: Connection): ServiceStore {
  const insert = database.prepare(
    "INSERT INTO services (id, name, secret_hash, scopes, created_at) VALUES (:id, :name, :secretHash, :scopes, :createdAt)",
  );
  const find = database.prepare("SELECT * FROM services WHERE id = ?");
  const list = database.prepare("SELECT * FROM services ORDER BY created_at, id");
  const remove = database.prepare("DELETE FROM services WHERE id = ?");
  return {
    insert: async (service) =>
      transact(() => insertUnlessTaken(() => insert.run({ ...service, scopes: JSON.stringify(service.scopes) }))),
    find: (id) =>
      untilFree(() => {
        const row = find.get(id);
        return row && serviceOf(row);
      }),
    list: () => untilFree(() => list.all().map(serviceOf)),
    remove: async (id) => transact(() => remove.run(id).changes === 1),
  };
}

const serviceOf = (row: Row): Service => ({
  id: text(row, "id"),
  name: text(row, "name"),
  secretHash: text(row, "secret_hash"),
  scopes: scopesAmong(textList(row, "scopes")),
  createdAt: integer(row, "created_at"),
});
