import type { DatabaseSync } from "node:sqlite";
import type { Account, AccountStore } from "../ports.ts";
import { integer, type Row, text, textList } from "./row.ts";
import { inTransaction } from "./transaction.ts";
import { insertUnlessTaken } from "./unique.ts";

/** Accounts in SQLite. */
export function accountStore(database: DatabaseSync): AccountStore {
  const insert = database.prepare(
    "INSERT INTO accounts (id, email, password_hash, roles, created_at) VALUES (:id, :email, :passwordHash, :roles, :createdAt)",
  );
  const find = database.prepare("SELECT * FROM accounts WHERE id = ?");
  const findByEmail = database.prepare("SELECT * FROM accounts WHERE email = ?");
  const list = database.prepare("SELECT * FROM accounts ORDER BY created_at, id LIMIT ?");
  return {
    insert: async (account) =>
      inTransaction(database, () =>
        insertUnlessTaken(() => insert.run({ ...account, roles: JSON.stringify(account.roles) })),
      ),
    find: async (id) => optional(find.get(id)),
    findByEmail: async (email) => optional(findByEmail.get(email)),
    list: async (limit) => list.all(limit).map((row) => accountOf(row)),
  };
}

const optional = (row: Row | undefined): Account | undefined => row && accountOf(row);

/** The account in a row of `accounts`. */
export const accountOf = (row: Row): Account => ({
  id: text(row, "id"),
  email: text(row, "email"),
  passwordHash: text(row, "password_hash"),
  roles: textList(row, "roles"),
  createdAt: integer(row, "created_at"),
});
