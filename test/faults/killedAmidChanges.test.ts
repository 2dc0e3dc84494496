import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { postgres, type StoreFactory, sqlite } from "cardea";
import { type TestAuth, testAuth } from "cardea/testing";
import { type PostgresServer, runSql, startPostgres } from "#servers/postgresServer.ts";
import { postgresSoftware, whereInstalled } from "#servers/software.ts";
import { eventually } from "../support/eventually.ts";
import { changingOptions, phrase } from "./support/changing.ts";
import type { Acknowledged } from "./support/changingProgram.ts";
import { assertWhole, generationOf, type History } from "./support/history.ts";
import { type Rows, rowsOf, tables } from "./support/sqliteRows.ts";

const rounds = 12;
const people = 6;

/** A store that outlives the process, and a way to look into it that does not go through our code. */
type Place = {
  readonly kind: "sqlite" | "postgres";
  readonly place: string;
  readonly factory: StoreFactory;
  readonly rows: () => Promise<Rows>;
};

describe("a process that is killed amid changes, on sqlite", () => {
  let folder: string;
  after(() => rmSync(folder, { recursive: true }));
  killAgainAndAgain(async () => {
    folder = mkdtempSync(join(tmpdir(), "cardea-killed-"));
    const file = join(folder, "auth.db");
    return { kind: "sqlite", place: file, factory: sqlite(file), rows: async () => rowsOf(file) };
  });
});

whereInstalled([postgresSoftware], "a process that is killed amid changes, on postgres", () =>
  describe("a process that is killed amid changes, on postgres", () => {
    let server: PostgresServer;
    before(async () => {
      server = await startPostgres({ fsync: false });
    });
    after(() => server.stop());
    killAgainAndAgain(async () => {
      const url = await server.newDatabase();
      return { kind: "postgres", place: url, factory: postgres(url), rows: () => postgresRows(url) };
    });
  }),
);

function killAgainAndAgain(newPlace: () => Promise<Place>): void {
  const moments = seeded(20_261_128);
  let place: Place;
  let next: ChildProcess;
  const all: Acknowledged[] = [];
  /** Sessions whose owner got, within the grace, what was rotated and never heard of: with one more access token. */
  const regranted = new Set<string>();
  before(async () => {
    place = await newPlace();
    next = writer(place, 0);
  });
  after(() => next.kill("SIGKILL"));

  for (let round = 0; round < rounds; round++) {
    test(`S-31, ASVS-2.3.3: kill ${round + 1}: every change is whole or absent, and who was cut off goes on or is signed out`, async () => {
      const current = next;
      // The next one loads its code meanwhile, and waits for its turn.
      next = writer(place, round + 1);
      const acknowledged = await killedAfter(
        current,
        5 + Math.floor(moments.next().value * 100),
        moments.next().value * 10,
      );
      all.push(...acknowledged);
      const rows = await place.rows();
      const history = assertWhole(rows, all, regranted);
      for (const { session, refresh } of acknowledged.filter((each) => "refresh" in each)) {
        const stored = rows.tables.sessions?.find(({ id }) => id === session);
        if (stored && Number(stored.generation) > generationOf(refresh)) regranted.add(session);
        else regranted.delete(session);
      }
      await assertEverybodyGoesOn(acknowledged, history, place);
    });
  }
}

const program = join(import.meta.dirname, "support", "changingProgram.ts");

const writer = ({ kind, place }: Place, round: number): ChildProcess =>
  spawn(process.execPath, ["--conditions=@cardea/source", program, JSON.stringify({ kind, place, round, people })], {
    stdio: ["pipe", "pipe", "inherit"],
  });

/** Lets the program begin, and kills it so many acknowledgements and milliseconds later. Answers all it said, also while it was being killed. */
async function killedAfter(child: ChildProcess, changes: number, ms: number): Promise<readonly Acknowledged[]> {
  assert.ok(child.stdin && child.stdout);
  child.stdin.write("go\n");
  const said: Acknowledged[] = [];
  for await (const line of createInterface(child.stdout)) {
    said.push(JSON.parse(line));
    if (said.length === changes) void delay(ms).then(() => child.kill("SIGKILL"));
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  assert.equal(child.signalCode, "SIGKILL");
  return said;
}

/** By the last that each session's owner heard of it, and by the password that is the account's. */
async function assertEverybodyGoesOn(
  acknowledged: readonly Acknowledged[],
  history: History,
  { factory }: Place,
): Promise<void> {
  const issuer = await testAuth(changingOptions(factory));
  try {
    const last = new Map<string, string>();
    for (const each of acknowledged) if ("refresh" in each) last.set(each.session, each.refresh);
    const emails = new Map((await issuer.auth.accounts.list(100_000)).map(({ id, email }) => [id, email]));
    const accounts = new Set(acknowledged.flatMap((each) => ("account" in each ? [each.account] : [])));
    const over = new Set([...history.values()].flatMap(({ ended }) => [...ended]));
    for (const [session, refresh] of last) {
      assert.equal(await status(issuer, "/refresh", { refresh_token: refresh }), over.has(session) ? 401 : 200);
    }
    for (const account of accounts) {
      const { exists, isDisabled, passwords } = history.get(account) ?? {};
      const email = emails.get(account) ?? "";
      const [now, before] = [passwords ?? 0, (passwords ?? 0) - 1];
      if (exists)
        assert.equal(await status(issuer, "/sign-in", { email, password: phrase(now) }), isDisabled ? 401 : 200);
      if (exists && before >= 0)
        assert.equal(await status(issuer, "/sign-in", { email, password: phrase(before) }), 401);
    }
  } finally {
    await issuer.close();
  }
}

async function status({ auth }: TestAuth, path: string, body: object): Promise<number> {
  const headers = { "content-type": "application/json" };
  const request = new Request(`https://issuer.test/auth${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return (await auth.fetch(request)).status;
}

/** Once the server has done, or undone, what the killed process had sent. */
async function postgresRows(url: string): Promise<Rows> {
  const busy = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'cardea' AND datname = current_database()";
  await eventually("the server noticed", async () => (await runSql(url, busy)).length === 0);
  const parts = tables.map((name) => `'${name}', (SELECT coalesce(json_agg(row), '[]') FROM ${name} AS row)`);
  const [found] = await runSql(url, `SELECT json_build_object(${parts.join(", ")}) AS tables`);
  return { isSound: true, tables: Object(found?.tables) };
}

/** Numbers that look random and are the same in each run. */
function* seeded(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}
