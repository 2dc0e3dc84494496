import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { memory, realWorld, type Store } from "cardea";
import { type PostgresServer, startPostgres } from "#servers/postgresServer.ts";
import { type RedisServer, startRedis } from "#servers/redisServer.ts";
import { postgresSoftware, redisSoftware, whereInstalled } from "#servers/software.ts";
import { openAt } from "./support/places.ts";
import { followLog } from "./support/reading.ts";
import { type Acknowledged, write } from "./support/writing.ts";

/** Four processes with four writers each, where there can be several. */
const groups = [0, 4, 8, 12].map((first) => [0, 1, 2, 3].map((index) => first + index));
const limits = [1000, 64, 7];

const rule = "sixteen writers at once: every reader with a cursor sees every acknowledged entry, once and in order";

test(`${rule}, in memory`, async () => {
  const store = await memory().open(realWorld);
  await assertNothingLost([store, store, store], async (tell) => {
    await Promise.all(groups.flat().map((writer) => write(store, writer, tell)));
  });
});

describe("on one file", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-writers-"));
  after(() => rmSync(folder, { recursive: true }));

  test(`${rule}, on sqlite`, async () => {
    const place = join(folder, "auth.db");
    const stores = await Promise.all(limits.map(() => openAt("sqlite", place)));
    await assertNothingLost(stores, (tell) => inProcesses("sqlite", place, tell));
  });
});

whereInstalled([postgresSoftware], rule, () =>
  describe("on one database", () => {
    let server: PostgresServer;
    before(async () => {
      server = await startPostgres();
    });
    after(() => server.stop());

    test(`${rule}, on postgres`, async () => {
      const place = await server.newDatabase();
      const stores = await Promise.all(limits.map(() => openAt("postgres", place)));
      await assertNothingLost(stores, (tell) => inProcesses("postgres", place, tell));
    });
  }),
);

whereInstalled([redisSoftware], `${rule}, with the log in redis`, () =>
  describe("on one file, with the log in redis", () => {
    const folder = mkdtempSync(join(tmpdir(), "cardea-writers-redis-"));
    let server: RedisServer;
    before(async () => {
      server = await startRedis();
    });
    after(async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    });

    test(`${rule}, with the log in redis`, async () => {
      const place = `${join(folder, "auth.db")} ${server.url}`;
      const stores = await Promise.all(limits.map(() => openAt("redis", place)));
      await assertNothingLost(stores, (tell) => inProcesses("redis", place, tell));
    });
  }),
);

type Tell = (acknowledged: Acknowledged) => void;

async function assertNothingLost(stores: readonly Store[], writeAll: (tell: Tell) => Promise<void>): Promise<void> {
  const readers = stores.map((store, index) => followLog(store, limits[index] ?? 1));
  const acknowledged: string[] = [];
  try {
    await writeAll(({ keys }) => acknowledged.push(...keys));
    assert.ok(acknowledged.length >= 3000, `${acknowledged.length} entries`);
    for (const reader of readers) assert.deepEqual((await reader.finish()).toSorted(), acknowledged.toSorted());
  } finally {
    await Promise.allSettled(readers.map((reader) => reader.finish()));
    await Promise.all([...new Set(stores)].map((store) => store.close()));
  }
}

async function inProcesses(kind: string, place: string, tell: Tell): Promise<void> {
  const children = groups.map((writers) => startWriters({ kind, place, writers }));
  try {
    await tellAll(children, tell);
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

async function tellAll(children: readonly ChildProcess[], tell: Tell): Promise<void> {
  const lines = children.map(({ stdout }) => {
    assert.ok(stdout);
    return createInterface(stdout)[Symbol.asyncIterator]();
  });
  // All are ready before the first begins.
  for (const said of lines) assert.equal((await said.next()).value, '"ready"');
  for (const { stdin } of children) stdin?.write("go\n");
  await Promise.all(
    lines.map(async (said) => {
      for await (const line of said) tell(JSON.parse(line));
    }),
  );
  for (const child of children) {
    if (child.exitCode === null) await once(child, "exit");
    assert.equal(child.exitCode, 0);
  }
}

const program = join(import.meta.dirname, "support", "writingProgram.ts");

const startWriters = (setting: object): ChildProcess =>
  spawn(process.execPath, ["--conditions=@cardea/source", program, JSON.stringify(setting)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
