import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, test } from "node:test";
import { StoreBusyError } from "../src/refusal.ts";
import type { Store } from "../src/store/ports.ts";
import { openCounting, sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";

const folder = mkdtempSync(join(tmpdir(), "cardea-counting-"));
after(() => rmSync(folder, { recursive: true }));
let files = 0;

async function opened(): Promise<{ readonly file: string; readonly store: Store }> {
  const file = join(folder, `${files++}.db`);
  return { file, store: await sqlite(file).open(realWorld) };
}

const now = 1_800_000_000_000;
const endsAt = now + 60_000;
const count = ({ counters }: Store): Promise<unknown> => counters.add("k", 1, { now, endsAt, restart: false });
const settingOf = (database: DatabaseSync, name: string): unknown =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];

describe("counters in SQLite", () => {
  test("go over a connection of their own, which waits for no disk and blocks nobody while it waits for a lock", async () => {
    const { file, store } = await opened();
    const { database: counting } = openCounting(file);
    // 1 is NORMAL; the log of writes is the file's, and stays on.
    assert.deepEqual(
      ["synchronous", "busy_timeout", "journal_mode"].map((name) => settingOf(counting, name)),
      [1, 0, "wal"],
    );
    counting.close();
    await store.close();
  });

  test("are there for whoever opens the file next, and for other processes at once", async () => {
    const { file, store } = await opened();
    await count(store);
    const other = await sqlite(file).open(realWorld);
    assert.deepEqual(await other.counters.find("k", now), { points: 1, endsAt });
    await count(other);
    assert.deepEqual(await store.counters.find("k", now), { points: 2, endsAt });
    await Promise.all([store.close(), other.close()]);
    const again = await sqlite(file).open(realWorld);
    assert.deepEqual(await again.counters.find("k", now), { points: 2, endsAt });
    await again.close();
  });

  test("a file that another process has locked is waited for, and nothing is counted twice", async () => {
    const { file, store } = await opened();
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    const counted = count(store);
    // The process goes on meanwhile, and reads.
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(await store.counters.find("k", now), undefined);
    other.exec("COMMIT");
    assert.deepEqual(await counted, { points: 1, endsAt });
    other.close();
    await store.close();
  });

  test("one that stays locked is a store that is busy, with nothing counted", async () => {
    const { file, store } = await opened();
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    await assert.rejects(count(store), StoreBusyError);
    other.exec("ROLLBACK");
    assert.equal(await store.counters.find("k", now), undefined);
    assert.deepEqual(await count(store), { points: 1, endsAt });
    other.close();
    await store.close();
  });

  test("closing closes every connection: the log of writes is gone, and no file is open", async () => {
    const { file, store } = await opened();
    await count(store);
    assert.equal(existsSync(`${file}-wal`), true);
    await store.close();
    assert.equal(existsSync(`${file}-wal`), false);
    assert.deepEqual(
      openFiles().filter((name) => name.startsWith(file)),
      [],
    );
    await assert.rejects(async () => count(store));
  });
});

/** What this process has open, where the system tells. */
function openFiles(): readonly string[] {
  if (!existsSync("/proc/self/fd")) return [];
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      return [];
    }
  });
}
