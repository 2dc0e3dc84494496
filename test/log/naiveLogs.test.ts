import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client } from "pg";
import { type PostgresServer, runSql, startPostgres } from "#servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "#servers/software.ts";
import {
  oldestTransactionLog,
  oneSnapshotLog,
  type Seen,
  type SqlLog,
  secondSnapshotLog,
  sequenceLog,
} from "./support/naiveLogs.ts";

const writers = 16;
const transactionsOfAWriter = 12;
/** A round that loses nothing was lucky; after so many the test that is meant to lose is no test. */
const mostRounds = 20;

const naive: readonly (readonly [string, SqlLog])[] = [
  ["positions from a sequence", sequenceLog],
  ["positions from a sequence, and readers that wait for older transactions", oldestTransactionLog],
  ["the head read after the rows, in a snapshot of its own", secondSnapshotLog],
];

const suite = "logs that sixteen writers and a reader with a cursor tell from ours";

whereInstalled([postgresSoftware], suite, () =>
  describe(suite, () => {
    let server: PostgresServer;
    before(async () => {
      server = await startPostgres({ fsync: false });
    });
    after(() => server.stop());

    for (const [name, log] of naive) {
      test(`${name}: acknowledged entries are lost`, async (t) => {
        for (let round = 1; ; round++) {
          const lost = await lostIn(log, server);
          if (lost > 0) return t.diagnostic(`round ${round}: ${lost} of ${writers * transactionsOfAWriter} lost`);
          assert.ok(round < mostRounds, `nothing was lost in ${mostRounds} rounds`);
        }
      });
    }

    test("positions under the head's lock, rows and head of one snapshot: nothing is lost", async () => {
      for (let round = 1; round <= 3; round++) assert.equal(await lostIn(oneSnapshotLog, server), 0);
    });
  }),
);

/** How many acknowledged entries a reader missed that followed a fresh log while it was written. */
async function lostIn(log: SqlLog, server: PostgresServer): Promise<number> {
  const url = await server.newSchema();
  await runSql(url, log.tables);
  await runSql(url, "CREATE TABLE cause (id text)");
  const connections = await Promise.all(Array.from({ length: writers + 1 }, () => connect(url)));
  const [reader, ...others] = connections;
  assert.ok(reader);
  let writing = true;
  const reading = follow(log, reader, () => writing);
  const acknowledged = (await Promise.all(others.map((client, writer) => write(log, client, writer)))).flat();
  writing = false;
  const { keys, cursor } = await reading;
  await Promise.all(connections.map((client) => client.end()));
  // What is behind the cursor and was not seen will never be seen.
  const behind = (await runSql(url, "SELECT key FROM log WHERE pos <= $1", [cursor])).map(({ key }) => key);
  const missed = new Set(behind).difference(new Set<unknown>(keys));
  return acknowledged.filter((key) => missed.has(key)).length;
}

async function connect(url: string): Promise<Client> {
  const client = new Client(url);
  await client.connect();
  return client;
}

/** Transactions that do something else first, take a while, append, and take a while to commit. */
async function write(log: SqlLog, client: Client, writer: number): Promise<readonly string[]> {
  const acknowledged: string[] = [];
  for (let turn = 0; turn < transactionsOfAWriter; turn++) {
    const key = `w${writer}t${turn}`;
    await client.query("BEGIN");
    await client.query("INSERT INTO cause VALUES ($1)", [key]);
    await pause(client, (7 * writer + 3 * turn) % 5);
    await client.query(log.append, [key]);
    await pause(client, (5 * writer + 2 * turn) % 3);
    await client.query("COMMIT");
    acknowledged.push(key);
  }
  return acknowledged;
}

const pause = (client: Client, ms: number): Promise<unknown> => client.query("SELECT pg_sleep($1)", [ms / 1000]);

/** Reads on and on, and once more after the last writer is done. */
async function follow(log: SqlLog, client: Client, isWritten: () => boolean): Promise<Seen> {
  const keys: string[] = [];
  let cursor = 0;
  for (let more = true; more; ) {
    more = isWritten();
    const slice = await log.read(client, cursor);
    keys.push(...slice.keys);
    cursor = slice.cursor;
  }
  return { keys, cursor };
}
