import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Pool } from "pg";
import type { Store } from "../src/store/ports.ts";
import { postgres } from "../src/store/postgres/postgres.ts";
import { realWorld } from "../src/world.ts";
import { type ChangeOfState, changesOfState } from "./support/changes.ts";
import { type BreakableWire, startBreakableWire } from "./support/servers/breakableWire.ts";
import { type PostgresServer, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "./support/servers/software.ts";

const tables = ["accounts", "sessions", "opaque_tokens", "links", "keys", "revocations", "mails", "audit"];

/** Every row that names the tag, with another word in its place, and without its position in the log. */
async function stateOf(observer: Pool, tag: string): Promise<readonly string[]> {
  const perTable = tables.map(
    (table) =>
      `SELECT '${table} ' || (to_jsonb(row) - 'pos')::text AS line FROM ${table} AS row WHERE strpos(row::text, $1) > 0`,
  );
  const { rows } = await observer.query(`${perTable.join(" UNION ALL ")} ORDER BY line`, [tag]);
  return rows.map(({ line }) => String(line).replaceAll(tag, "TAG"));
}

/** What breaks, `every` so many messages of a change. */
type Fault = { readonly name: string; readonly every: number; readonly strike: () => Promise<void> };

whereInstalled([postgresSoftware], "PostgreSQL that fails amid a change", () => {
  let server: PostgresServer;
  let wire: BreakableWire;
  let store: Store;
  let observer: Pool;
  let strikes = 0;

  before(async () => {
    server = await startPostgres({ fsync: false });
    const url = await server.newDatabase();
    observer = new Pool({ connectionString: url, max: 1 }).on("error", () => undefined);
    wire = await startBreakableWire(server.port);
    store = await postgres(url.replace(`:${server.port}`, `:${wire.port}`), { poolSize: 1 }).open(realWorld);
  });
  after(async () => {
    await Promise.all([store.close(), observer.end()]);
    wire.close();
    await server.stop();
  });

  /** What a change makes of a person's rows when nothing fails. */
  async function reference({ prepare, run }: ChangeOfState, tag: string) {
    await prepare(store, tag);
    const untouched = await stateOf(observer, tag);
    await run(store, tag);
    return { untouched, done: await stateOf(observer, tag) };
  }

  /**
   * Runs a change again and again, and strikes after its first, second, third … message, until it runs through. Each time
   * either nothing of it was done or all, what was not done is reported as a failure, and the same goes through afterwards.
   */
  async function strikeAtEach(change: ChangeOfState, { every, strike }: Fault): Promise<void> {
    const prefix = `${changesOfState.indexOf(change)}by${every}at`;
    const { untouched, done } = await reference(change, `${prefix}reference`);
    assert.notDeepEqual(untouched, done);
    const found = new Set<string>();
    for (let messages = 0; ; messages += every) {
      const tag = `${prefix}${messages}x`;
      await change.prepare(store, tag);
      const held = wire.holdAfter(messages);
      const outcome = change.run(store, tag).then(
        () => "done",
        (error: unknown) => error,
      );
      const first = await Promise.race([held.then(() => "held"), outcome]);
      if (first !== "held") {
        wire.release();
        assert.equal(first, "done");
        break;
      }
      await strike();
      strikes += 1;
      const answer = await outcome;
      const state = await stateOf(observer, tag);
      const isDone = state.join() === done.join();
      assert.deepEqual(state, isDone ? done : untouched, `after ${messages} messages`);
      if (answer === "done") {
        assert.ok(isDone, `acknowledged after ${messages} messages`);
        // The pool may not have heard yet that its connection is dead; whoever is given it now finds out.
        await store.audit.list({ limit: 1 }).catch(() => undefined);
      } else assert.equal(Object(answer).name, "StoreBusyError", String(Object(answer).stack));
      // The pool may hold more dead connections of which it has not heard: whoever is given one is told to come back, and does.
      for (let tries = 0; (await stateOf(observer, tag)).join() !== done.join(); tries++) {
        assert.ok(tries < 20, "whoever retries goes on");
        await change.run(store, tag).catch((error: unknown) => assert.equal(Object(error).name, "StoreBusyError"));
      }
      found.add(isDone ? "done" : "untouched");
    }
    assert.ok(found.has("untouched"));
    if (every === 1) assert.ok(found.has("done"), "its commit was never the last that was heard");
  }

  const faults: readonly Fault[] = [
    { name: "whichever message is the last before the connection breaks", every: 1, strike: () => wire.cut() },
    {
      name: "when the server ends the connection",
      every: 3,
      strike: async () => {
        await observer.query(
          "SELECT pg_terminate_backend(pid, 9000) FROM pg_stat_activity WHERE application_name = 'cardea'",
        );
        wire.release();
      },
    },
    {
      name: "when the server is killed and comes back",
      every: 7,
      strike: async () => {
        await server.kill();
        wire.release();
        await server.restart();
      },
    },
  ];
  for (const change of changesOfState) {
    describe(change.name, () => {
      for (const fault of faults) test(`ASVS-2.3.3: all or nothing, ${fault.name}`, () => strikeAtEach(change, fault));
    });
  }

  test("after all that the log has no gap, and nothing is left locked", async () => {
    const { rows } = await observer.query(
      "SELECT count(*)::int AS entries, max(pos)::int AS last, (SELECT pos::int FROM revocation_head) AS head FROM revocations",
    );
    assert.equal(rows[0]?.entries, rows[0]?.head);
    assert.equal(rows[0]?.last, rows[0]?.head);
    const { rows: locks } = await observer.query(
      "SELECT 1 FROM pg_locks WHERE locktype IN ('advisory', 'transactionid') AND pid <> pg_backend_pid()",
    );
    assert.deepEqual(locks, []);
    assert.ok(strikes > 200, String(strikes));
  });
});
