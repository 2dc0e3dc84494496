import type { Client, PoolConfig } from "pg";
import { ConfigurationError, StoreBusyError } from "../../refusal.ts";
import {
  type AppliedStep,
  type Migration,
  type PendingStep,
  pendingSteps,
  refusePending,
} from "../migrations/migrations.ts";
import { ask, withClient } from "./client.ts";
import { integer, object, type Row, text } from "./row.ts";

/** When it is, the database's name for people, and whether its schema may be changed now. */
export type Migrating = { readonly now: number; readonly place: string; readonly mayMigrate: boolean };

/**
 * Brings the schema up to date, or only checks that it is. Of several that start together one migrates, and the others wait for
 * it. Throws `ConfigurationError` for a schema that this version cannot work with, or a server that does not fit.
 */
export const migrate = (
  config: PoolConfig,
  known: readonly Migration[],
  { now, place, mayMigrate }: Migrating,
): Promise<void> =>
  withClient(config, async (client) => {
    await checkServer(client);
    const pending = pendingSteps(known, await appliedSteps(client));
    if (!mayMigrate) refusePending(pending, place);
    if (pending.length > 0) await applyPending(client, known, now);
  });

/** The steps that ran, oldest first. */
export const readApplied = (config: PoolConfig): Promise<readonly AppliedStep[]> => withClient(config, appliedSteps);

async function checkServer(client: Client): Promise<void> {
  const [row = {}] = await ask(
    client,
    "look at the server",
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
       pg_is_in_recovery() AS is_standby`,
  );
  if (row.is_standby === true) throw new StoreBusyError("This PostgreSQL is a standby; the primary is needed.");
  if (integer(row, "version") < 130_000) throw new ConfigurationError("PostgreSQL 13 or newer is needed.");
  if (text(row, "encoding") === "UTF8") return;
  throw new ConfigurationError(
    `The database's encoding is ${text(row, "encoding")}. Make one that can hold every text: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0`,
  );
}

async function appliedSteps(client: Client): Promise<readonly AppliedStep[]> {
  const what = "read the schema's steps";
  const [found] = await ask(client, what, "SELECT to_regclass('cardea_migrations')::text AS name");
  if (!found || found.name === null) return [];
  const rows = await ask(client, what, "SELECT to_json(line) AS line FROM cardea_migrations AS line ORDER BY step");
  return rows.map((row) => stepOf(object(row, "line")));
}

const stepOf = (line: Row): AppliedStep => ({
  step: integer(line, "step"),
  name: text(line, "name"),
  oldestCompatible: integer(line, "oldest_compatible"),
});

/** All steps in one transaction. What is pending is looked up again under the lock, since another may have migrated meanwhile. */
async function applyPending(client: Client, known: readonly Migration[], now: number): Promise<void> {
  for (const sql of opening) await ask(client, "lock the schema", sql);
  for (const pending of pendingSteps(known, await appliedSteps(client))) await apply(client, pending, now);
  await ask(client, "commit the schema", "COMMIT");
}

/** A number that stands for the schema among the database's advisory locks. */
const schemaLock = 7_310_223_906;

const opening = [
  "BEGIN ISOLATION LEVEL READ COMMITTED",
  "SET LOCAL statement_timeout = 0",
  "SET LOCAL lock_timeout = 0",
  `SELECT pg_advisory_xact_lock(${schemaLock})`,
  `CREATE TABLE IF NOT EXISTS cardea_migrations
     (step int PRIMARY KEY, name text NOT NULL, applied_at bigint NOT NULL, oldest_compatible int NOT NULL)`,
  // Everybody else waits behind a step that waits for a table's lock; better that it is tried again later.
  "SET LOCAL lock_timeout = '10s'",
];

async function apply(client: Client, { sql, step, name, oldestCompatible }: PendingStep, now: number): Promise<void> {
  await ask(client, name, sql);
  await ask(
    client,
    name,
    "INSERT INTO cardea_migrations (step, name, applied_at, oldest_compatible) VALUES ($1, $2, $3, $4)",
    [step, name, now, oldestCompatible],
  );
}
