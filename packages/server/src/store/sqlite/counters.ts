import type { DatabaseSync } from "node:sqlite";
import type { Counter, CounterStore } from "../ports.ts";
import { integer, type Row } from "./row.ts";
import { inTransaction, untilFree } from "./transaction.ts";

/** Counters in SQLite. */
export function counterStore(database: DatabaseSync): CounterStore {
  const add = database.prepare(
    `INSERT INTO counters (key, points, ends_at) VALUES (:key, :points, :endsAt)
     ON CONFLICT (key) DO UPDATE SET
       points = CASE WHEN ends_at > :now THEN points + excluded.points ELSE excluded.points END,
       ends_at = CASE WHEN ends_at > :now AND NOT :restart THEN ends_at ELSE excluded.ends_at END
     RETURNING points, ends_at`,
  );
  const find = database.prepare("SELECT points, ends_at FROM counters WHERE key = ? AND ends_at > ?");
  const remove = database.prepare("DELETE FROM counters WHERE key = ?");
  return {
    add: async (key, points, { now, endsAt, restart }) => {
      const row = await inTransaction(database, () => add.get({ key, points, now, endsAt, restart: restart ? 1 : 0 }));
      if (!row) throw new Error("A counter was not kept.");
      return counterOf(row);
    },
    find: (key, now) =>
      untilFree(() => {
        const row = find.get(key, now);
        return row && counterOf(row);
      }),
    remove: async (key) => {
      await inTransaction(database, () => remove.run(key));
    },
  };
}

const counterOf = (row: Row): Counter => ({ points: integer(row, "points"), endsAt: integer(row, "ends_at") });
