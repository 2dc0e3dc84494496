import type { Counter, CounterStore } from "../ports.ts";
import type { Database } from "./database.ts";
import { integer, object, type Row } from "./row.ts";
import { statement, storable } from "./statement.ts";

/** Counters in PostgreSQL. */
export const counterStore = (database: Database): CounterStore => ({
  add: async (key, points, { now, endsAt, restart }) => {
    const [row] = await database.run(addPoints(storable(key), points, endsAt, now, restart));
    if (!row) throw new Error("A counter was not kept.");
    return counterOf(row);
  },
  find: async (key, now) => {
    const [row] = await database.find(liveCounter(storable(key), now));
    return row && counterOf(row);
  },
  remove: async (key) => {
    await database.run(deleteCounter(storable(key)));
  },
});

/** Does not wait for the disk, as everything else does: a crash may take back the last moments of counting, and nothing more. */
const addPoints = statement(
  "add_points",
  `WITH counter AS (
     INSERT INTO counters AS counter (key, points, ends_at) VALUES ($1, $2, $3)
     ON CONFLICT (key) DO UPDATE SET
       points = CASE WHEN counter.ends_at > $4 THEN counter.points + excluded.points ELSE excluded.points END,
       ends_at = CASE WHEN counter.ends_at > $4 AND NOT $5 THEN counter.ends_at ELSE excluded.ends_at END
     RETURNING points, ends_at
   ), commit_mode AS (SELECT set_config('synchronous_commit', 'off', true))
   SELECT to_json(counter) AS counter FROM counter, commit_mode`,
);
const liveCounter = statement(
  "live_counter",
  "SELECT to_json(counter) AS counter FROM counters AS counter WHERE key = $1 AND ends_at > $2",
);
const deleteCounter = statement("delete_counter", "DELETE FROM counters WHERE key = $1");

function counterOf(outer: Row): Counter {
  const row = object(outer, "counter");
  return { points: integer(row, "points"), endsAt: integer(row, "ends_at") };
}
