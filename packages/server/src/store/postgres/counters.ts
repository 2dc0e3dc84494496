import { batchedCounters } from "../counterBatches.ts";
import type { Counter, CounterStore } from "../ports.ts";
import type { Database } from "./database.ts";
import { integer, type Row } from "./row.ts";
import { statement, storable } from "./statement.ts";

/** Counters in PostgreSQL. All steps of a batch are one call of a function of the database's: one round trip, one transaction. */
export const counterStore = (database: Database): CounterStore =>
  batchedCounters(async (steps) => {
    const asked = steps.map((step) => ({ ...step, key: storable(step.key) }));
    const [row] = await database.run(runCounterSteps(JSON.stringify(asked)));
    const counters: unknown = row?.counters;
    if (!Array.isArray(counters)) throw new TypeError("run_counter_steps answered no list.");
    return counters.map((counter: Row | null) => (counter === null ? undefined : counterOf(counter)));
  });

const runCounterSteps = statement("run_counter_steps", "SELECT run_counter_steps($1) AS counters");

const counterOf = (row: Row): Counter => ({ points: integer(row, "points"), endsAt: integer(row, "ends_at") });
