import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { after, beforeEach, describe, test } from "node:test";
import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { realWorld, sqlite } from "cardea";
import { StoreBusyError } from "../src/refusal.ts";
import { openTransactions, type Transactions } from "../src/store/sqlite/transaction.ts";
import { newFolder } from "./support/cli.ts";

const { path: folder } = newFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
let file = "";
let database: DatabaseSync;
let transact: Transactions["transact"];
let end: Transactions["end"];

beforeEach(() => {
  file = join(folder, `group${count++}.db`);
  database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 0; CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT");
  ({ transact, end } = openTransactions(database));
});

const insert = (id: number) => (): number => {
  database.prepare("INSERT INTO t VALUES (?)").run(id);
  return id;
};

const idsIn = (connection: DatabaseSync): readonly unknown[] =>
  connection
    .prepare("SELECT id FROM t ORDER BY id")
    .all()
    .map(({ id }) => id);

/** What somebody else sees, hence what is committed. */
function committed(): readonly unknown[] {
  const other = new DatabaseSync(file, { readOnly: true });
  const ids = idsIn(other);
  other.close();
  return ids;
}

describe("changes of one turn in SQLite", () => {
  test("are one transaction, in the order in which they were wanted, and each sees those before it", async () => {
    const seen: unknown[] = [];
    const answers = await Promise.all(
      [3, 1, 2].map((id) =>
        transact(() => {
          seen.push([database.isTransaction, ...idsIn(database), ...committed()]);
          return insert(id)();
        }),
      ),
    );
    assert.deepEqual(answers, [3, 1, 2]);
    // Nobody else saw any of it before the last was done.
    assert.deepEqual(seen, [[true], [true, 3], [true, 1, 3]]);
    assert.deepEqual(committed(), [1, 2, 3]);
  });

  test("one that fails takes back what it did itself, and is told why; the others are done", async () => {
    const mistake = new Error("a mistake");
    const results = await Promise.allSettled([
      transact(insert(1)),
      transact(() => {
        insert(2)();
        throw mistake;
      }),
      transact(() => {
        insert(3)();
        insert(1)();
      }),
      transact(insert(4)),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "rejected", "fulfilled"],
    );
    assert.equal(results[1]?.status === "rejected" && results[1].reason, mistake);
    assert.match(String(results[2]?.status === "rejected" && results[2].reason), /UNIQUE/);
    assert.deepEqual(committed(), [1, 4]);
  });

  test("a commit that fails fails for who is to blame, and the others are done", async () => {
    database.exec("PRAGMA foreign_keys = ON; CREATE TABLE u (t INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
    const results = await Promise.allSettled([
      transact(insert(1)),
      transact(() => database.exec("INSERT INTO u VALUES (99)")),
      transact(insert(2)),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual(committed(), [1, 2]);
  });

  test("one that fills the disk is told to come back, and takes nothing from the others", async () => {
    database.exec("CREATE TABLE large (bytes BLOB); PRAGMA max_page_count = 20");
    const results = await Promise.allSettled([
      transact(insert(1)),
      transact(() => database.exec("INSERT INTO large VALUES (zeroblob(1000000))")),
      transact(insert(2)),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.ok(results[1]?.status === "rejected" && results[1].reason instanceof StoreBusyError);
    assert.deepEqual([committed(), database.isTransaction], [[1, 2], false]);
  });

  test("one that takes the transaction back takes nothing from the others, and leaves nothing open", async () => {
    const results = await Promise.allSettled([
      transact(insert(1)),
      transact(() => database.exec("ROLLBACK; INSERT INTO missing VALUES (1)")),
      transact(insert(2)),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
    assert.deepEqual([committed(), database.isTransaction], [[1, 2], false]);
  });

  test("each runs in the context of whoever wants it", async () => {
    const context = new AsyncLocalStorage<string>();
    const seen = ["one", "two", "three"].map((name) => context.run(name, () => transact(() => context.getStore())));
    assert.deepEqual(await Promise.all(seen), ["one", "two", "three"]);
  });

  test("while another process holds the lock they wait, and those of later turns come after them", async () => {
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    const order: number[] = [];
    const want = (id: number): Promise<unknown> => transact(insert(id)).then((done) => order.push(done));
    const first = Array.from({ length: 120 }, (_, at) => want(at + 1));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    const later = want(121);
    await delay(60);
    const last = want(122);
    assert.deepEqual(committed(), []);
    other.exec("COMMIT");
    other.close();
    await Promise.all([...first, later, last]);
    assert.deepEqual(order, committed());
    assert.equal(order.length, 122);
  });

  test("a lock that is not given back is answered with StoreBusyError, for each", async () => {
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    const results = await Promise.allSettled([transact(insert(1)), transact(insert(2))]);
    other.close();
    for (const result of results) assert.ok(result.status === "rejected" && result.reason instanceof StoreBusyError);
    assert.deepEqual(committed(), []);
  });

  test("what is wanted before the end is done, and what is wanted after it is refused", async () => {
    const wanted = Array.from({ length: 120 }, (_, at) => transact(insert(at + 1)));
    await end();
    assert.equal(committed().length, 120);
    await Promise.all(wanted);
    await assert.rejects(transact(insert(121)), StoreBusyError);
  });

  test("the end comes however much is wanted all the time", async () => {
    let goesOn = true;
    let done = 0;
    const client = async (): Promise<void> => {
      while (goesOn) {
        await transact(() => undefined).then(
          () => (done += 1),
          () => (goesOn = false),
        );
      }
    };
    const clients = Array.from({ length: 200 }, client);
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    await end();
    await Promise.all(clients);
    assert.ok(done > 0);
  });

  test("very many are several transactions, and all are done in order", async () => {
    const order: number[] = [];
    const ids = Array.from({ length: 333 }, (_, at) => at + 1);
    await Promise.all(ids.map((id) => transact(insert(id)).then((done) => order.push(done))));
    assert.deepEqual(order, ids);
    assert.deepEqual(committed(), ids);
  });
});

test("a process that is killed before any statement of a group has done all of it or nothing, and all that was heard of", async () => {
  const program = join(import.meta.dirname, "support", "killedInGroup.ts");
  const path = join(folder, "killed.db");
  const attempt = async (fatal: number): Promise<{ readonly said: string; readonly rows: number }> => {
    const flags = ["--conditions=@cardea/source", program, path, String(fatal)];
    const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
    const said = await text(child.stdout);
    const left = new DatabaseSync(path);
    const rows = idsIn(left).length;
    left.close();
    return { said, rows };
  };
  const { said, rows } = await attempt(Number.POSITIVE_INFINITY);
  // A transaction around three rows, each with a savepoint of its own.
  assert.deepEqual([said, rows], ["1\n2\n3\nof 11\n", 3]);
  for (let fatal = 1; fatal <= 11; fatal++) assert.deepEqual(await attempt(fatal), { said: "", rows: 0 }, `${fatal}`);
});

test("a store that is closed has done what it was asked for, and its log says so", async () => {
  const path = join(folder, "closed.db");
  const faults: unknown[] = [];
  const store = await sqlite(path).open(realWorld, { onEvent: (event) => faults.push(event) });
  const entry = { kind: "session", key: "s", expiresAt: realWorld.now() + 60_000 } as const;
  const [appended, counted] = [
    store.revocations.append([entry]),
    store.counters.add("k", 1, { now: 1, endsAt: 2, restart: false }),
  ];
  await store.close();
  assert.equal((await appended).pos, 1);
  assert.equal((await counted).points, 1);
  assert.deepEqual(faults, []);
  const again = await sqlite(path).open(realWorld);
  assert.equal((await again.revocations.read(0, 10)).entries.length, 1);
  await again.close();
});
