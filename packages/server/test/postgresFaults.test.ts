import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Pool } from "pg";
import type { Store } from "../src/store/ports.ts";
import { postgres } from "../src/store/postgres/postgres.ts";
import { realWorld } from "../src/world.ts";
import { type ChangeOfState, changesOfState } from "./support/changesOfState.ts";
import { type BreakableWire, startBreakableWire } from "./support/servers/breakableWire.ts";
import { type PostgresServer, startPostgres } from "./support/servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "./support/servers/software.ts";

/** With `CARDEA_SOAK=1` the server is killed more than 200 times, which takes minutes; else often enough to strike 200 changes. */
const isSoak = process.env.CARDEA_SOAK === "1";

/** A change with a database of its own, so that one that is held amid its messages stands in nobody's way. */
type Place = {
  readonly change: ChangeOfState;
  readonly store: Store;
  readonly wire: BreakableWire;
  readonly observer: Pool;
  /** What a person's rows are before the change, and what it makes of them when nothing fails. */
  readonly untouched: readonly string[];
  readonly done: readonly string[];
};

/** What breaks, after `first` messages of each change and then `every` so many more. */
type Fault = {
  readonly name: string;
  readonly first: number;
  readonly every: number;
  /** The server still does what it has been told, and so may the last message be a commit that nobody hears of. */
  readonly isHeard: boolean;
  readonly strike: (struck: readonly Place[]) => Promise<void>;
};

/** A change that is held amid its messages, and how it came out once it was struck. */
type Held = { readonly place: Place; readonly tag: string; readonly outcome: Promise<unknown> };

whereInstalled([postgresSoftware], "PostgreSQL that fails amid a change", () => {
  let server: PostgresServer;
  let places: readonly Place[];
  const strikes = { cut: 0, ended: 0, killed: 0 };
  let kills = 0;

  before(async () => {
    server = await startPostgres({ fsync: false, settings: { max_connections: 200 } });
    const urls: string[] = [];
    for (const _ of changesOfState) urls.push(await server.newDatabase());
    places = await Promise.all(changesOfState.map((change, at) => newPlace(change, urls[at] ?? "", server.port)));
  });
  after(async () => {
    await Promise.all(places.flatMap(({ store, observer }) => [store.close(), observer.end()]));
    for (const { wire } of places) wire.close();
    await server.stop();
  });

  const cut: Fault["strike"] = async (struck) => {
    await Promise.all(struck.map(({ wire }) => wire.cut()));
    strikes.cut += struck.length;
  };
  const endConnections: Fault["strike"] = async (struck) => {
    // All are told first, and waited for afterwards.
    for (const call of ["pg_terminate_backend(pid)", "pg_terminate_backend(pid, 9000)"])
      await struck[0]?.observer.query(`SELECT ${call} FROM pg_stat_activity WHERE application_name = 'cardea'`);
    for (const { wire } of struck) wire.release();
    strikes.ended += struck.length;
  };
  const kill: Fault["strike"] = async (struck) => {
    await server.kill();
    for (const { wire } of struck) wire.release();
    await server.restart();
    strikes.killed += struck.length;
    kills += 1;
  };

  const killing = { isHeard: false, strike: kill };
  const killed = "when the server is killed and comes back";
  const faults: readonly Fault[] = [
    {
      name: "whichever message is the last before the connection breaks",
      first: 0,
      every: 1,
      isHeard: true,
      strike: cut,
    },
    { name: "when the server ends the connection", first: 0, every: 5, isHeard: false, strike: endConnections },
    ...(isSoak
      ? Array.from({ length: 5 }, (_, at) => ({ name: `${killed}, ${at}`, first: 0, every: 1, ...killing }))
      : [{ name: killed, first: 1, every: 3, ...killing }]),
  ];
  for (const fault of faults) {
    test(`ASVS-2.3.3: every change is all or nothing, ${fault.name}`, () => strikeAtEach(places, fault));
  }

  test("after all that the log has no gap, and nothing is left locked", async () => {
    for (const { observer, change } of places) {
      const { rows } = await observer.query(
        "SELECT count(*)::int AS entries, max(pos)::int AS last, (SELECT pos::int FROM revocation_head) AS head FROM revocations",
      );
      assert.equal(rows[0]?.entries, rows[0]?.head, change.name);
      assert.equal(rows[0]?.last ?? 0, rows[0]?.head, change.name);
    }
    const { rows: locks } = await (places[0]?.observer ?? assert.fail()).query(
      "SELECT 1 FROM pg_locks WHERE locktype IN ('advisory', 'transactionid') AND pid <> pg_backend_pid()",
    );
    assert.deepEqual(locks, []);
  });

  test("and at least 200 changes were struck by a kill of the server", (context) => {
    context.diagnostic(`${changesOfState.length} changes, ${kills} kills: ${JSON.stringify(strikes)}`);
    assert.ok(strikes.killed >= 200 && strikes.cut >= 200, JSON.stringify(strikes));
    if (isSoak) assert.ok(kills >= 200, String(kills));
  });
});

async function newPlace(change: ChangeOfState, url: string, port: number): Promise<Place> {
  const observer = new Pool({ connectionString: url, max: 1 }).on("error", () => undefined);
  const wire = await startBreakableWire(port);
  const store = await postgres(url.replace(`:${port}`, `:${wire.port}`), { poolSize: 1 }).open(realWorld);
  await change.prepare(store, "referencex");
  const untouched = await stateOf(observer, "referencex");
  await change.run(store, "referencex");
  const done = await stateOf(observer, "referencex");
  assert.notDeepEqual(untouched, done, change.name);
  return { change, store, wire, observer, untouched, done };
}

let rounds = 0;

/**
 * Runs all changes at the same time, again and again, and strikes those that are not through after so many of their messages,
 * until none is. Each time either nothing of a change was done or all, what was not done is reported as a failure, and the same
 * goes through afterwards.
 */
async function strikeAtEach(places: readonly Place[], { first, every, isHeard, strike }: Fault): Promise<void> {
  const found = new Map(places.map(({ change }) => [change.name, new Set<string>()]));
  let left = places;
  for (let messages = first; ; messages += every) {
    const tag = `round${++rounds}x`;
    const held = (await Promise.all(left.map((place) => heldAfter(place, messages, tag)))).filter((one) => !!one);
    left = held.map(({ place }) => place);
    if (left.length === 0) break;
    await strike(left);
    await Promise.all(held.map(async (one) => found.get(one.place.change.name)?.add(await judged(one, messages))));
  }
  for (const [name, states] of found) {
    assert.ok(states.has("untouched"), name);
    if (isHeard) assert.ok(states.has("done"), `${name}: its commit was never the last that was heard`);
  }
}

/** Runs a change until so many of its messages got through; undefined if that was all of it. */
async function heldAfter(place: Place, messages: number, tag: string): Promise<Held | undefined> {
  const { change, store, wire } = place;
  await change.prepare(store, tag);
  const held = wire.holdAfter(messages);
  const outcome = change.run(store, tag).then(
    () => "done",
    (error: unknown) => error,
  );
  const first = await Promise.race([held.then(() => "held"), outcome]);
  if (first === "held") return { place, tag, outcome };
  wire.release();
  assert.equal(first, "done", change.name);
  return undefined;
}

/** Whether a change that was struck was done or left its rows untouched; nothing else is right. Then it is done again, by whoever retries. */
async function judged({ place, tag, outcome }: Held, messages: number): Promise<"done" | "untouched"> {
  const { change, store, observer, untouched, done } = place;
  const answer = await outcome;
  const where = `${change.name}, after ${messages} messages`;
  const state = await stateOf(observer, tag);
  const isDone = state.join() === done.join();
  assert.deepEqual(state, isDone ? done : untouched, where);
  if (answer === "done") {
    assert.ok(isDone, `acknowledged: ${where}`);
    // The pool may not have heard yet that its connection is dead; whoever is given it now finds out.
    await store.audit.list({ limit: 1 }).catch(() => undefined);
  } else assert.equal(Object(answer).name, "StoreBusyError", String(Object(answer).stack));
  // The pool may hold more dead connections of which it has not heard: whoever is given one is told to come back, and does.
  for (let tries = 0; (await stateOf(observer, tag)).join() !== done.join(); tries++) {
    assert.ok(tries < 20, `whoever retries goes on: ${where}`);
    await change.run(store, tag).catch((error: unknown) => assert.equal(Object(error).name, "StoreBusyError"));
  }
  return isDone ? "done" : "untouched";
}

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
