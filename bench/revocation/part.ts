import { runSql } from "../../packages/server/test/support/servers/postgresServer.ts";
import type { Servers } from "../auth/servers.ts";

/** What a part is told: how thorough it is to be, and the servers of the run. */
export type PartGiven = { readonly isQuick: boolean; readonly servers: Servers };

/** A schema of its own for whoever needs one, and the URL that leads to it alone. */
export async function newSchema({ postgres }: Servers, name: string): Promise<string> {
  await runSql(postgres, `CREATE SCHEMA ${name}`);
  return `${postgres}?options=-c%20search_path%3D${name}`;
}
