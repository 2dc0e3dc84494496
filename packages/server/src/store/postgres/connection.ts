import type { ClientBase, PoolConfig } from "pg";
import { suggestion } from "../../didYouMean.ts";
import { ConfigurationError } from "../../refusal.ts";
import { followLineage } from "./lineage.ts";
import type { PostgresOptions } from "./options.ts";

/** What a pool of connections to this database needs. Throws `ConfigurationError`; neither it nor anything later shows the URL. */
export function connectionConfig(url: string, options: PostgresOptions): PoolConfig {
  const { poolSize = 10, connectTimeoutMs = 2000, statementTimeoutMs = 5000, ssl, ...unknown } = options;
  const [misspelt] = Object.keys(unknown);
  if (misspelt !== undefined) {
    throw new ConfigurationError(`postgres: there is no option "${misspelt}".${suggestion(misspelt, optionNames)}`);
  }
  checkUrl(url);
  return {
    connectionString: url,
    max: positive("poolSize", poolSize),
    connectionTimeoutMillis: positive("connectTimeoutMs", connectTimeoutMs),
    // A server that stopped, or is out of reach, ends no statement: then this side does.
    query_timeout: positive("statementTimeoutMs", statementTimeoutMs) + 1000,
    application_name: "cardea",
    types: { getTypeParser: (oid: number) => parsers.get(oid) ?? String },
    keepAlive: true,
    onConnect: (client) => prepareSession(client, statementTimeoutMs),
    ...(ssl === undefined ? {} : { ssl }),
  };
}

/** Host, port and database of a URL, for people. */
export function placeOf(url: string): string {
  const { hostname, port, pathname, searchParams } = new URL(url);
  return `${hostname || (searchParams.get("host") ?? "localhost")}${port && `:${port}`}${pathname}`;
}

/** The types that are asked for, by their oid: bool, int4 and json. The application may have changed the driver's own for all of its connections. */
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  [16, (text) => text === "t"],
  [23, Number],
  [114, (text) => JSON.parse(text)],
]);

const optionNames = ["poolSize", "connectTimeoutMs", "statementTimeoutMs", "ssl"];

function checkUrl(url: string): void {
  if (URL.canParse(url) && /^postgres(?:ql)?:$/.test(new URL(url).protocol)) return;
  throw new ConfigurationError("postgres: give a URL such as postgres://user:password@host:5432/database.");
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ConfigurationError(`postgres: ${name} is a whole number above 0.`);
}

/**
 * What each new connection begins with. What is answered as done must survive a power cut, so a commit waits for the disk at
 * least. A process that stops amid a transaction loses it soon, and its locks. And all is read from the primary: a standby lags,
 * and would let a session live on that has ended.
 */
async function prepareSession(client: ClientBase, statementTimeoutMs: number): Promise<void> {
  const { rows } = await client.query<{ readonly is_standby: boolean }>(
    `SELECT pg_is_in_recovery() AS is_standby,
       set_config('synchronous_commit', CASE commit_mode WHEN 'off' THEN 'on' ELSE commit_mode END, false),
       set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
       set_config('idle_in_transaction_session_timeout', $3, false)
     FROM current_setting('synchronous_commit') AS commit_mode`,
    [statementTimeoutMs, Math.ceil(statementTimeoutMs / 2), 2 * statementTimeoutMs].map(String),
  );
  if (rows[0]?.is_standby) throw new Error("this server is a standby");
  await followLineage(client);
}
