import { Client, type PoolConfig } from "pg";
import { failureError } from "./failure.ts";
import type { Row } from "./row.ts";

/** Lends a connection outside the pool, without its limits: a step of the schema may take as long as it takes. */
export async function withClient<T>(
  { connectionString, connectionTimeoutMillis, ssl, application_name, types }: PoolConfig,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ connectionString, connectionTimeoutMillis, ssl, application_name, types });
  // Whatever it waits for then fails, which is news enough.
  client.on("error", () => undefined);
  try {
    await client.connect().catch(fail("connect"));
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The rows of one query. `what` names it in the error. */
export const ask = async (
  client: Client,
  what: string,
  sql: string,
  values?: readonly unknown[],
): Promise<readonly Row[]> => (await client.query<Row>(sql, values && [...values]).catch(fail(what))).rows;

const fail =
  (what: string) =>
  (error: unknown): never => {
    throw failureError({ what, error });
  };
