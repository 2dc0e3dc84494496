import { type Service, type ServiceStore, scopesAmong } from "../ports.ts";
import type { Database } from "./database.ts";
import { integer, object, type Row, text, textList } from "./row.ts";
import { insertion, statement } from "./statement.ts";

/** Service credentials in PostgreSQL. */
export const serviceStore = (database: Database): ServiceStore => ({
  insert: async (service) => ((await database.run(insertServices([service]))).length > 0 ? "inserted" : "taken"),
  find: async (id) => {
    const [row] = await database.find(serviceById(id));
    return row && serviceOf(row);
  },
  list: async () => (await database.find(allServices())).map(serviceOf),
  remove: async (id) => (await database.run(deleteService(id))).length > 0,
});

const insertServices = insertion(
  "services",
  ["id", "name", "secret_hash", "scopes", "created_at"],
  "ON CONFLICT (id) DO NOTHING RETURNING id",
);
const serviceById = statement(
  "service_by_id",
  "SELECT to_json(service) AS service FROM services AS service WHERE id = $1",
);
const allServices = statement(
  "all_services",
  "SELECT to_json(service) AS service FROM services AS service ORDER BY created_at, id",
);
const deleteService = statement("delete_service", "DELETE FROM services WHERE id = $1 RETURNING id");

function serviceOf(outer: Row): Service {
  const row = object(outer, "service");
  return {
    id: text(row, "id"),
    name: text(row, "name"),
    secretHash: text(row, "secret_hash"),
    scopes: scopesAmong(textList(row, "scopes")),
    createdAt: integer(row, "created_at"),
  };
}
