import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { memory, realWorld } from "cardea";
import { createClient } from "redis";
import { runSql } from "../../../packages/server/test/support/servers/postgresServer.ts";
import { progress } from "../../jwt/progress.ts";
import { addAccounts, openCheapIssuer, startSessions } from "../issuer.ts";
import { type Given, servePart } from "../part.ts";
import { newPlaces, type Places } from "../setups.ts";

/** What a session in stateful mode takes where it is kept, with its access token and all indexes. */
export type BytesRow = {
  readonly store: string;
  readonly sessions: number;
  readonly bytes: number;
  /** What the audit trail keeps about its start, which stays when it ends. */
  readonly auditBytes: number | undefined;
};

/** Many sessions, ten for each account. Each store is weighed by what it says of itself. */
async function measureBytes(given: Given): Promise<readonly BytesRow[]> {
  const sessions = given.isQuick ? 1_000 : 100_000;
  const rows: BytesRow[] = [];
  for (const weigh of [inMemory, inSqlite, inPostgresAndRedis]) rows.push(...(await weigh(sessions, given)));
  return rows;
}

/** Fills a store, and answers the access tokens. `started` is called between accounts and sessions. */
async function filled(places: Places, sessions: number, started: () => unknown) {
  const auth = await openCheapIssuer({ mode: "stateful", ...places });
  const people = [];
  for (let at = 0; at < sessions / 10; at += 100) people.push(...(await addAccounts(auth, 100, at)));
  await started();
  const tokens: string[] = [];
  for (let done = 0; done < sessions; done += people.length) {
    progress(`${done} of ${sessions} sessions`);
    for (const { accessToken } of await startSessions(auth, people, people.length)) tokens.push(accessToken);
  }
  return { auth, tokens };
}

async function inMemory(sessions: number): Promise<readonly BytesRow[]> {
  const factory = memory();
  const store = await factory.open(realWorld);
  let before = 0;
  const { auth } = await filled({ store: { ...factory, open: async () => store } }, sessions, () => {
    before = heap();
  });
  const all = heap() - before;
  await store.prune(0, Number.MAX_SAFE_INTEGER);
  const without = heap() - before;
  await auth.close();
  return [row("memory (heap)", sessions, without, all - without)];
}

function heap(): number {
  if (gc === undefined) throw new Error("start with --expose-gc");
  for (let times = 0; times < 3; times++) gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function inSqlite(sessions: number, { servers }: Given): Promise<readonly BytesRow[]> {
  const { places, name } = await newPlaces("sqlite", servers);
  const { auth } = await filled(places, sessions, () => undefined);
  await auth.close();
  const database = new DatabaseSync(join(servers.folder, `${name}.db`));
  const pagesOf = database.prepare(
    "SELECT sum(pgsize) AS bytes FROM dbstat WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name = ?)",
  );
  const bytesOf = (table: string): number => Number(pagesOf.get(table)?.bytes ?? 0);
  const bytes = bytesOf("sessions") + bytesOf("opaque_tokens");
  const audit = bytesOf("audit");
  database.close();
  return [row("sqlite (pages of the file)", sessions, bytes, audit)];
}

async function inPostgresAndRedis(sessions: number, { servers }: Given): Promise<readonly BytesRow[]> {
  const { places, name } = await newPlaces("redis over postgres", servers);
  const { auth, tokens } = await filled(places, sessions, () => undefined);
  const sizes = await runSql(
    servers.postgres,
    `SELECT relname, pg_total_relation_size(oid) AS bytes FROM pg_class WHERE relnamespace = $1::regnamespace AND relkind = 'r'`,
    [name],
  );
  const bytesOf = (table: string): number => Number(sizes.find(({ relname }) => relname === table)?.bytes);
  const before = await usedMemory(servers.redis);
  for (let at = 0; at < tokens.length; at += 50) {
    if (at % 10_000 === 0) progress(`${at} of ${tokens.length} sessions into Redis`);
    const verdicts = await Promise.all(tokens.slice(at, at + 50).map((token) => auth.verify(token)));
    if (verdicts.some(({ ok }) => !ok)) throw new Error("A token was refused.");
  }
  const cached = (await usedMemory(servers.redis)) - before;
  await auth.close();
  return [
    row("postgres (tables and indexes)", sessions, bytesOf("sessions") + bytesOf("opaque_tokens"), bytesOf("audit")),
    row("redis (used_memory), while a token is in use", sessions, cached, undefined),
  ];
}

async function usedMemory(url: string): Promise<number> {
  const client = await createClient({ url }).connect();
  const info = String(await client.info("memory"));
  client.destroy();
  return Number(/used_memory:(\d+)/.exec(info)?.[1]);
}

const row = (store: string, sessions: number, bytes: number, audit: number | undefined): BytesRow => ({
  store,
  sessions,
  bytes: Math.round(bytes / sessions),
  auditBytes: audit === undefined ? undefined : Math.round(audit / sessions),
});

await servePart(measureBytes);
