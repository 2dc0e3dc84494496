import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { after, describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { createAuth, sqlite } from "cardea";
import { noRequest } from "../src/requestContext.ts";
import { newFolder, quickStart } from "./support/cli.ts";
import type { Acknowledged } from "./support/writer.ts";

const client = { ...noRequest, actor: undefined, transport: "bearer" } as const;

const folder = mkdtempSync(join(tmpdir(), "cardea-durable-"));
after(() => rmSync(folder, { recursive: true }));

/** Starts the writer, kills it after so many acknowledged writes, and gives them all, also what it said while it was being killed. */
async function killedAfter(writes: number, file: string): Promise<readonly Acknowledged[]> {
  const program = join(import.meta.dirname, "support", "writer.ts");
  const child = spawn(process.execPath, ["--conditions=@cardea/source", program, file], {
    env: { ...process.env, ...quickStart },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: Acknowledged[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(JSON.parse(line));
    if (said.length === writes) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  assert.equal(child.signalCode, "SIGKILL");
  return said;
}

/** Numbers that look random and are the same in each run. */
function* seeded(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

describe("a process that is killed amid its writes", () => {
  const file = join(folder, "killed.db");
  const moments = seeded(20_261_124);
  const all: Acknowledged[] = [];

  for (const round of [1, 2, 3, 4, 5]) {
    const writes = 10 + Math.floor(moments.next().value * 90);
    test(`round ${round}: has lost nothing that it acknowledged, after ${writes} writes`, async () => {
      all.push(...(await killedAfter(writes, file)));
      const database = new DatabaseSync(file);
      const rows = (query: string) => database.prepare(query).all();
      assert.deepEqual(rows("PRAGMA integrity_check").map(Object.values), [["ok"]]);
      assert.deepEqual(rows("PRAGMA foreign_key_check"), []);

      const accounts = new Set(rows("SELECT id FROM accounts").map(({ id }) => id));
      const generations = new Map(
        rows("SELECT id, generation FROM sessions").map((row) => [row.id, Number(row.generation)]),
      );
      const ended = new Set(rows("SELECT key FROM revocations").map(({ key }) => key));
      const positions = rows("SELECT pos FROM revocations ORDER BY pos").map(({ pos }) => Number(pos));
      const [head] = rows("SELECT pos FROM revocation_head");
      database.close();

      assert.deepEqual(
        positions,
        Array.from({ length: Number(head?.pos) }, (_, at) => at + 1),
      );
      const newest = new Map<string, number>();
      for (const write of all) {
        if (write.did === "account") assert.ok(accounts.has(write.id));
        else if (write.did === "end") assert.ok(ended.has(write.id) && !generations.has(write.id));
        else newest.set(write.id, write.generation);
      }
      for (const [id, generation] of newest) {
        const stored = generations.get(id);
        // The last write before the kill may be there without having been acknowledged, but only that one.
        assert.ok(stored === undefined ? ended.has(id) : stored === generation || stored === generation + 1, id);
        assert.ok(stored === undefined || !ended.has(id));
      }
    });
  }

  test("a rotation that was cut off leaves one live family: its owner goes on with the last token that was heard of", async () => {
    const auth = await createAuth({ issuer: "https://issuer.example", store: sqlite(file) });
    const heard = new Map<string, string[]>();
    for (const write of all) {
      if (write.did === "end") heard.delete(write.id);
      else if (write.did !== "account") heard.set(write.id, [...(heard.get(write.id) ?? []), write.refresh]);
    }
    let lived = 0;
    for (const tokens of heard.values()) {
      const [last = "", ...older] = tokens.toReversed();
      const refreshed = await auth.sessions.refresh(last, client);
      if (!refreshed.ok) continue;
      lived += 1;
      const [oldest] = older.slice(1);
      if (oldest === undefined) continue;
      assert.equal((await auth.sessions.refresh(oldest, client)).ok, false);
      assert.equal((await auth.sessions.refresh(refreshed.value.refreshToken, client)).ok, false);
    }
    assert.ok(lived >= heard.size - 5 && lived > 5);
    await auth.close();
  });
});

describe("several that open one new file at the same moment", () => {
  test("ASVS-15.4.1: all open it, with one key, one secret and one log", async () => {
    const threads = 4;
    const files = Array.from({ length: 12 }, (_, at) => join(folder, `new${at}`, "auth.db"));
    const gate = new Int32Array(new SharedArrayBuffer(4 * files.length));
    const workers = Array.from(
      { length: threads },
      () => new Worker(new URL("./support/opener.ts", import.meta.url), { workerData: { files, gate, threads } }),
    );
    const found = await Promise.all(
      workers.map(async (worker) => {
        const answers: unknown[] = [];
        worker.on("message", (answer) => answers.push(answer));
        await once(worker, "exit");
        return answers;
      }),
    );
    const [first] = found;
    assert.equal(first?.length, files.length);
    assert.deepEqual(
      found.flat().filter((answer) => Object.hasOwn(Object(answer), "failed")),
      [],
    );
    for (const answers of found) assert.deepEqual(answers, first);
  });

  test("as processes too: two first starts make one set of keys", async () => {
    const own = newFolder();
    const made = await Promise.all(["a", "b"].map((name) => own.run(["services", "create", name, "--json"])));
    assert.deepEqual(
      made.map(({ code, err }) => [code, err]),
      Array(2).fill([0, ""]),
    );
    const { keys } = JSON.parse((await own.run(["keys", "list", "--json"])).out);
    assert.equal(keys.length, 2, "one for access tokens, one for refresh tokens");
    own.remove();
  });
});

test("a database of a newer version is left alone", async () => {
  const file = join(folder, "newer.db");
  const database = new DatabaseSync(file);
  database.exec("PRAGMA user_version = 99");
  database.close();
  await assert.rejects(
    createAuth({ issuer: "https://issuer.example", store: sqlite(file) }),
    /of a newer Cardea: step 99, .* needs a version that knows 99 steps/,
  );
});
