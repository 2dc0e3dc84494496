import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { sqlite } from "cardea";
import { type TestAuth, testAuth } from "cardea/testing";
import { phrase } from "./support/changing.ts";
import { oneSessionOptions } from "./support/oneSession.ts";
import { type Rows, rowsOf } from "./support/sqliteRows.ts";

/** With `CARDEA_SOAK=1` before each statement, which takes a process each; else before every third. */
const every = process.env.CARDEA_SOAK === "1" ? 1 : 3;

const email = "ada@example.com";
const [first, second] = [{ email, password: phrase(0) }, phrase(1)];

/** Where the person stands before the change: signed in once, and with a link to reset the password. */
type Before = { readonly refresh: string; readonly bearer: string; readonly link: string; readonly rows: Rows };

/** A request, and how its client, who heard nothing of it, goes on: in the old state, and in the new one. */
type Change = {
  readonly path: string;
  readonly body?: (before: Before) => object;
  readonly goOn: (ask: Ask, before: Before, state: "old" | "new") => Promise<void>;
};

type Ask = (path: string, body?: object, bearer?: string) => Promise<number>;

const refreshing = (ask: Ask, { refresh }: Before): Promise<number> => ask("/refresh", { refresh_token: refresh });

/** Exactly one of the two passwords lets somebody in. */
async function onePasswordWorks(ask: Ask, state: "old" | "new"): Promise<void> {
  assert.equal(await ask("/sign-in", { email, password: second }), state === "new" ? 200 : 401);
  assert.equal(await ask("/sign-in", first), state === "old" ? 200 : 401);
}

const changes: readonly Change[] = [
  {
    path: "/refresh",
    body: ({ refresh }) => ({ refresh_token: refresh }),
    goOn: async (ask, before) => assert.equal(await refreshing(ask, before), 200),
  },
  {
    path: "/sign-in",
    body: () => first,
    goOn: async (ask, before, state) => {
      assert.equal(await refreshing(ask, before), state === "old" ? 200 : 401);
      assert.equal(await ask("/sign-in", first), 200);
      assert.equal(await refreshing(ask, before), 401);
    },
  },
  {
    path: "/sign-out",
    goOn: async (ask, before, state) => {
      assert.equal(await ask("/sign-out", undefined, before.bearer), state === "old" ? 204 : 401);
      assert.equal(await refreshing(ask, before), 401);
    },
  },
  {
    path: "/password/change",
    body: () => ({ current_password: first.password, password: second }),
    goOn: async (ask, before, state) => {
      assert.equal(await refreshing(ask, before), state === "old" ? 200 : 401);
      await onePasswordWorks(ask, state);
    },
  },
  {
    path: "/password/reset",
    body: ({ link }) => ({ token: link, password: second }),
    goOn: async (ask, before, state) => {
      assert.equal(await refreshing(ask, before), state === "old" ? 200 : 401);
      await onePasswordWorks(ask, state);
      const again = await ask("/password/reset", { token: before.link, password: second });
      assert.equal(again, state === "old" ? 204 : 400);
      await onePasswordWorks(ask, "new");
    },
  },
];

describe("ASVS-2.3.3: a process on SQLite that is killed between two statements of a change", () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-statement-"));
  const template = join(folder, "template.db");
  let start: Before;
  before(async () => {
    start = await prepared(template);
  });
  after(() => rmSync(folder, { recursive: true }));

  describe("leaves the old state or the new one, one session at most, and a client who goes on", {
    concurrency: 2,
  }, () => {
    for (const change of changes) {
      test(change.path, async (context) => {
        const left: Left[] = [];
        for (let fatal = 1; left.at(-1)?.state !== "whole"; fatal += every) {
          const file = join(folder, `${change.path.replaceAll("/", "_")}${fatal}.db`);
          copyFileSync(template, file);
          left.push(await struck(change, { file, fatal, start }));
        }
        const states = left.map(({ state }) => state);
        context.diagnostic(`${change.path}: killed ${states.length - 1} times: ${tally(states)}`);
        const whole = left.at(-1)?.shape;
        for (const { state, shape } of left) if (state === "new") assert.deepEqual(shape, whole);
        assert.ok(states.includes("old") && states.length > 2, tally(states));
      });
    }
  });
});

/** What goes on beside the request may take a statement more in one process than in another, so the states need not be in this order. */
const tally = (states: readonly string[]): string =>
  ["old", "new", "whole"].map((state) => `${states.filter((each) => each === state).length} ${state}`).join(", ");

/** Somebody who is signed in and has asked for a link. */
async function prepared(file: string): Promise<Before> {
  const issuer = await testAuth(oneSessionOptions(sqlite(file)));
  const { headers, refreshToken: refresh } = await issuer.user(first);
  await asking(issuer)("/password/forgot", { email });
  await issuer.auth.settled();
  const link = new URL(issuer.inbox.last(email)?.link ?? "").search.slice("?token=".length);
  await issuer.close();
  return { refresh, bearer: headers().authorization ?? "", link, rows: rowsOf(file) };
}

const asking =
  ({ auth }: TestAuth): Ask =>
  async (path, body, bearer) => {
    const headers = {
      ...(body && { "content-type": "application/json" }),
      ...(bearer !== undefined && { authorization: bearer }),
    };
    const request = { method: "POST", headers, ...(body && { body: JSON.stringify(body) }) };
    return (await auth.fetch(new Request(`https://issuer.test/auth${path}`, request))).status;
  };

type Strike = { readonly file: string; readonly fatal: number; readonly start: Before };

/** What a kill left behind; `shape` is what can be compared although each run makes other ids. */
type Left = { readonly state: "old" | "new" | "whole"; readonly shape: readonly unknown[] };

/** Runs a change in a process that dies before that statement, and looks at what it left: `whole` when it was through before. */
async function struck(change: Change, { file, fatal, start }: Strike): Promise<Left> {
  const answer = await answerOf(change, { file, fatal, start });
  if (answer) assert.ok(answer.status < 300, String(answer.status));
  const rows = rowsOf(file);
  assert.ok(rows.isSound);
  assert.ok((rows.tables.sessions?.length ?? 0) <= 1, "two sessions are alive");
  const state = stateOf(rows) === stateOf(start.rows) ? "old" : "new";
  if (answer) assert.equal(state, "new", "what was acknowledged is there");
  const issuer = await testAuth(oneSessionOptions(sqlite(file)));
  try {
    await change.goOn(asking(issuer), start, state);
    assert.ok((await issuer.auth.accounts.find(email)) !== undefined);
  } finally {
    await issuer.close();
  }
  assert.ok((rowsOf(file).tables.sessions?.length ?? 0) <= 1, "two sessions are alive afterwards");
  return { state: answer && answer.statements < fatal ? "whole" : state, shape: shapeOf(rows, start.rows) };
}

const tables = ["accounts", "sessions", "opaque_tokens", "links", "revocations", "audit"];

/** All that a change changes together. */
const stateOf = (rows: Rows): string => JSON.stringify(tables.map((table) => rowsIn(rows, table)));

/** A file that is a copy is noticed when it is opened, and the trail says so, whatever is asked afterwards. */
const rowsIn = ({ tables: all }: Rows, table: string): Rows["tables"][string] =>
  (all[table] ?? []).filter(({ type }) => table !== "audit" || type !== "fault");

/** How many rows of each table are those of before, and how many are not. */
const shapeOf = (rows: Rows, before: Rows): readonly unknown[] =>
  [...tables, "mails"].map((table) => {
    const known = new Set(rowsIn(before, table).map((row) => JSON.stringify(row)));
    const found = rowsIn(rows, table);
    return [table, found.length, table === "mails" || found.filter((row) => !known.has(JSON.stringify(row))).length];
  });

const program = join(import.meta.dirname, "support", "killedAtStatement.ts");

/** What the process said before it died, if it said anything. */
async function answerOf(
  { path, body }: Change,
  { file, fatal, start }: Strike,
): Promise<{ readonly status: number; readonly statements: number } | undefined> {
  const asked = { file, fatal, path, body: body?.(start), ...(path === "/refresh" ? {} : { bearer: start.bearer }) };
  const child = spawn(process.execPath, ["--conditions=@cardea/source", program, JSON.stringify(asked)], {
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "cardea-tests-compiled") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = await text(child.stdout);
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once("exit", resolve));
  assert.equal(child.signalCode, "SIGKILL");
  return said === "" ? undefined : JSON.parse(said);
}
