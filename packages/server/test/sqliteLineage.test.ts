import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { after, describe, test } from "node:test";
import type { SecurityEvent } from "../src/event.ts";
import { epochLead, type LogHead } from "../src/store/ports.ts";
import { sqlite } from "../src/store/sqlite/sqlite.ts";
import { realWorld } from "../src/world.ts";
import { sessionEntry as entry, revokingCalls } from "./support/revokingCalls.ts";

const root = mkdtempSync(join(tmpdir(), "cardea-lineage-"));
after(() => rmSync(root, { recursive: true }));
let folders = 0;

/** A new database in a folder of its own, with `count` entries in its log. */
async function newDatabase(count: number): Promise<{ readonly file: string; readonly head: LogHead }> {
  const file = join(mkdtempSync(join(root, `${folders++}-`)), "auth.db");
  return { file, head: (await opened(file, count)).head };
}

/** What who opens a database finds, appends so many entries, and closes it again. */
async function opened(file: string, count = 0): Promise<{ readonly head: LogHead; readonly told: readonly string[] }> {
  const events: SecurityEvent[] = [];
  const store = await sqlite(file).open(realWorld, { onEvent: (event) => events.push(event) });
  for (let index = 0; index < count; index++) await store.revocations.append([entry(`e${index}`)]);
  const { head } = await store.revocations.read(Number.MAX_SAFE_INTEGER, 1);
  await store.close();
  return { head, told: events.map((event) => (event.type === "fault" ? String(event.error) : event.type)) };
}

/** A copy as SQLite makes it. */
function backUp(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`VACUUM INTO '${file}.copy'`);
  database.close();
}

function restore(file: string): void {
  for (const suffix of ["-wal", "-shm"]) rmSync(file + suffix, { force: true });
  renameSync(`${file}.copy`, file);
}

async function assertNew(file: string, seen: LogHead, why: RegExp): Promise<void> {
  const { head, told } = await opened(file);
  assert.notEqual(head.epoch, seen.epoch);
  assert.ok(head.pos >= seen.pos + epochLead, `${head.pos} is beyond ${seen.pos}`);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", why);
  // It is said and done once.
  assert.deepEqual(await opened(file), { head, told: [] });
}

describe("a log on a file begins anew", () => {
  test("when the database is an older copy, however little it lacks", async () => {
    const { file } = await newDatabase(3);
    backUp(file);
    const { head } = await opened(file, 1);
    restore(file);
    await assertNew(file, head, /an older copy of the database/);
  });

  test("when it is an older copy that is brought back into the file itself", async () => {
    const { file } = await newDatabase(0);
    copyFileSync(file, `${file}.copy`);
    const { head } = await opened(file, 2);
    copyFileSync(`${file}.copy`, file);
    await assertNew(file, head, /an older copy/);
  });

  test("when the issuer was killed before, and nothing is said of a proper end", async () => {
    const { file } = await newDatabase(3);
    backUp(file);
    const head = await appendAndDie(file, 5);
    restore(file);
    await assertNew(file, head, /an older copy/);
  });

  test("when the folder is a copy of a folder, whether it is older or not", async () => {
    const { file, head } = await newDatabase(3);
    const folder = mkdtempSync(join(root, "copy-"));
    cpSync(join(file, ".."), folder, { recursive: true });
    await assertNew(join(folder, "auth.db"), head, /was brought here/);
    assert.deepEqual(await opened(file), { head, told: [] });
  });

  test("when the file beside the database is missing, torn, or another database's", async () => {
    const [one, other] = [await newDatabase(3), await newDatabase(40)];
    rmSync(`${one.file}.lineage`);
    await assertNew(one.file, one.head, /is not beside it/);

    const next = await opened(one.file, 1);
    const text = readFileSync(`${one.file}.lineage`, "utf8");
    writeFileSync(`${one.file}.lineage`, text.replace(` ${next.head.pos} `, ` ${next.head.pos - 1} `));
    await assertNew(one.file, next.head, /is not beside it/);

    const last = await opened(one.file);
    writeFileSync(`${one.file}.lineage`, readFileSync(`${other.file}.lineage`));
    await assertNew(one.file, last.head, /another database/);
  });
});

test("each way in which the log moves is noted beside the database at once", async () => {
  const { file } = await newDatabase(0);
  const store = await sqlite(file).open(realWorld);
  const { epoch } = await store.revocations.append([entry("first")]);
  const moves: readonly (() => Promise<unknown>)[] = [
    ...revokingCalls(store),
    () => store.revocations.renew({ epoch, pos: 90 }),
  ];
  for (const move of moves) {
    await move();
    const { head } = await store.revocations.read(Number.MAX_SAFE_INTEGER, 1);
    assert.equal(readFileSync(`${file}.lineage`, "utf8").startsWith(`v1 ${head.epoch} ${head.pos} `), true, `${move}`);
  }
  await store.close();
});

describe("a log on a file goes on", () => {
  test("when it is new, and each time it is opened", async () => {
    const { file, head } = await newDatabase(3);
    assert.equal(head.pos, 3);
    assert.deepEqual(await opened(file), { head, told: [] });
    assert.deepEqual(await opened(file, 2), { head: { ...head, pos: 5 }, told: [] });
    assert.deepEqual(await opened(file), { head: { ...head, pos: 5 }, told: [] });
  });

  test("after kills in the middle of appending", async () => {
    const { file, head } = await newDatabase(0);
    for (let kill = 0; kill < 3; kill++) await appendAndDie(file, 20);
    const found = await opened(file);
    assert.deepEqual([found.head.epoch, found.told], [head.epoch, []]);
    assert.ok(found.head.pos >= 60);
  });

  test("when what the file beside it knows is behind, as after a power cut", async () => {
    const { file } = await newDatabase(1);
    const old = readFileSync(`${file}.lineage`);
    const { head } = await opened(file, 3);
    writeFileSync(`${file}.lineage`, old);
    assert.deepEqual(await opened(file), { head, told: [] });
  });

  test("when an older version made the database, which had no such file", async () => {
    const { file, head } = await newDatabase(3);
    rmSync(`${file}.lineage`);
    const database = new DatabaseSync(file);
    database.exec("UPDATE revocation_head SET is_marked = 0");
    database.close();
    assert.deepEqual(await opened(file), { head, told: [] });
    assert.ok(existsSync(`${file}.lineage`));
  });

  test("for several that have it open, one of which began the new epoch", async () => {
    const { file } = await newDatabase(2);
    const stores = await Promise.all([1, 2, 3].map(() => sqlite(file).open(realWorld)));
    const [first] = stores;
    assert.ok(first);
    const { head } = await first.revocations.read(0, 1);
    await Promise.all(stores.map(({ revocations }) => revocations.renew({ ...head, pos: 90 })));
    for (const { revocations } of stores) await revocations.append([entry("after")]);
    const heads = await Promise.all(stores.map(async ({ revocations }) => (await revocations.read(0, 1)).head));
    assert.deepEqual(
      heads.map(({ pos }) => pos),
      stores.map(() => 90 + epochLead + 3),
    );
    await Promise.all(stores.map((store) => store.close()));
    assert.deepEqual(await opened(file), { head: heads[0], told: [] });
  });
});

/** Another process appends until so many are acknowledged, and is killed amid the next. Answers with what it knew of the head. */
async function appendAndDie(file: string, count: number): Promise<LogHead> {
  const program = `
    import { realWorld, sqlite } from "cardea";
    process.stdin.resume().once("end", () => process.exit(1)); // with the parent
    const { revocations } = await sqlite(${JSON.stringify(file)}).open(realWorld);
    for (let index = 0; ; index++) {
      const head = await revocations.append([{ kind: "session", key: "k" + index, expiresAt: 1_900_000_000_000 }]);
      process.stdout.write(JSON.stringify(head) + "\\n");
    }`;
  const child = spawn(process.execPath, ["--conditions=@cardea/source", "--input-type=module", "-e", program], {
    cwd: join(import.meta.dirname, ".."),
    stdio: ["pipe", "pipe", "inherit"],
  });
  let last: LogHead = { epoch: "", pos: 0 };
  let lines = 0;
  for await (const line of createInterface(child.stdout)) {
    last = JSON.parse(line);
    lines += 1;
    if (lines === count) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  assert.equal(child.signalCode, "SIGKILL");
  return last;
}
