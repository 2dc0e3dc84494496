import { batchedCounters, type CounterStep } from "../counterBatches.ts";
import type { Counter, CounterStore } from "../ports.ts";
import type { Connection } from "./connection.ts";
import { integer, type Row } from "./row.ts";
import { untilFree } from "./transaction.ts";

/** Counters in SQLite. */
export function counterStore({ database, transact }: Connection): CounterStore {
  const add = database.prepare(
    `INSERT INTO counters (key, points, ends_at) VALUES (:key, :points, :endsAt)
     ON CONFLICT (key) DO UPDATE SET
       points = CASE WHEN ends_at > :now THEN points + excluded.points ELSE excluded.points END,
       ends_at = CASE WHEN ends_at > :now AND NOT :restart THEN ends_at ELSE excluded.ends_at END
     RETURNING points, ends_at`,
  );
  const find = database.prepare("SELECT points, ends_at FROM counters WHERE key = ? AND ends_at > ?");
  const remove = database.prepare("DELETE FROM counters WHERE key = ?");

  const rowOf = (step: CounterStep): Row | undefined => {
    if (step.do === "find") return find.get(step.key, step.now);
    if (step.do === "remove") return remove.get(step.key);
    const { key, points, now, endsAt, restart } = step;
    return add.get({ key, points, now, endsAt, restart: restart ? 1 : 0 });
  };
  const counterAfter = (step: CounterStep): Counter | undefined => {
    const row = rowOf(step);
    return row && counterOf(row);
  };

  return batchedCounters((steps) => {
    const work = (): readonly (Counter | undefined)[] => steps.map(counterAfter);
    // Who only looks needs no lock for writing.
    return steps.every((step) => step.do === "find") ? untilFree(work) : transact(work);
  });
}

const counterOf = (row: Row): Counter => ({ points: integer(row, "points"), endsAt: integer(row, "ends_at") });
