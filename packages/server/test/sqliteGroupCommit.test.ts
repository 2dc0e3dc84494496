import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, beforeEach, describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { StoreBusyError } from "../src/refusal.ts";
import { createTransact, type Transact } from "../src/store/sqlite/transaction.ts";
import { newFolder } from "./support/cli.ts";

const { path: folder } = newFolder();
after(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
let file = "";
let database: DatabaseSync;
let transact: Transact;

beforeEach(() => {
  file = join(folder, `group${count++}.db`);
  database = new DatabaseSync(file);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 0; CREATE TABLE t (id INTEGER PRIMARY KEY) STRICT");
  transact = createTransact(database);
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

  test("nobody hears of anything before it is committed, and a commit that fails fails for all", async () => {
    database.exec("PRAGMA foreign_keys = ON; CREATE TABLE u (t INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
    const results = await Promise.allSettled([
      transact(insert(1)),
      transact(() => database.exec("INSERT INTO u VALUES (99)")),
      transact(insert(2)),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["rejected", "rejected", "rejected"],
    );
    assert.deepEqual(committed(), []);
    assert.equal(await transact(insert(3)), 3);
  });

  test("a transaction that SQLite takes back by itself is done for nobody, and nothing is left open", async () => {
    const results = await Promise.allSettled([
      transact(insert(1)),
      transact(() => database.exec("ROLLBACK; INSERT INTO missing VALUES (1)")),
      transact(insert(2)),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ["rejected", "rejected", "rejected"],
    );
    assert.deepEqual([committed(), database.isTransaction], [[], false]);
  });

  test("while another process holds the lock they wait, and those of later turns with them", async () => {
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    const first = [transact(insert(1)), transact(insert(2))];
    await nextTurn();
    const later = transact(insert(3));
    await nextTurn();
    assert.deepEqual(committed(), []);
    other.exec("COMMIT");
    other.close();
    assert.deepEqual(await Promise.all([...first, later]), [1, 2, 3]);
    assert.deepEqual(committed(), [1, 2, 3]);
  });

  test("a lock that is not given back is answered with StoreBusyError, for each", async () => {
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    const results = await Promise.allSettled([transact(insert(1)), transact(insert(2))]);
    other.close();
    for (const result of results) assert.ok(result.status === "rejected" && result.reason instanceof StoreBusyError);
    assert.deepEqual(committed(), []);
  });

  test("very many are several transactions, and all are done in order", async () => {
    const order: number[] = [];
    const ids = Array.from({ length: 333 }, (_, at) => at + 1);
    await Promise.all(ids.map((id) => transact(insert(id)).then((done) => order.push(done))));
    assert.deepEqual(order, ids);
    assert.deepEqual(committed(), ids);
  });
});
