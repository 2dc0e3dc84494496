import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { createAuth, memory } from "cardea";
import { createClient } from "redis";
import { type Canary, canaryTour, type Told } from "./support/canaryTour.ts";
import { type Folder, newFolder } from "./support/cli.ts";
import { startMailServer } from "./support/mailServer.ts";
import { startPostgres } from "./support/servers/postgresServer.ts";
import { startRedis } from "./support/servers/redisServer.ts";
import { postgresPrograms, postgresSoftware, redisSoftware, whereInstalled } from "./support/servers/software.ts";

/** A set-up: the settings that make it, and all that it keeps, as bytes in one text. */
type Setup = {
  readonly env: Readonly<Record<string, string>>;
  readonly dump: (folder: Folder) => Promise<string> | string;
};

const newSecret = (): string => randomBytes(32).toString("base64url");

/** Goes everywhere, and looks for every secret in the answers, the log, what commands print and all that is kept. */
async function searchEverywhere(open: () => Promise<Setup>, mode: string): Promise<void> {
  const setup = await open();
  const folder = newFolder();
  const smtpPassword = newSecret();
  const mails = await startMailServer({
    allowInsecureAuth: true,
    onAuth: (auth, _, done) => done(null, { user: auth.username }),
  });
  const secrets = { secret: newSecret(), pepper: newSecret(), shared: newSecret() };
  const env = {
    CARDEA_MODE: mode,
    CARDEA_TRUST_PROXY: "0",
    CARDEA_LOG_LEVEL: "debug",
    CARDEA_SECRET: secrets.secret,
    CARDEA_PASSWORDS_PEPPER: `p1:${secrets.pepper}`,
    CARDEA_MAIL_SMTP: `smtp://cardea:${smtpPassword}@localhost:${mails.port}`,
    CARDEA_MAIL_FROM: "no-reply@app.example",
    ...(mode === "stateless" ? { CARDEA_KEYS_ALG: "HS256", CARDEA_KEYS_SECRET: secrets.shared } : {}),
    ...setup.env,
  };
  const own: Folder = { ...folder, run: (words, options) => folder.run(words, { ...options, env }) };
  try {
    const served = await folder.serve([], { env });
    const { canaries, answers } = await canaryTour(served, mails, own);
    const kept = await setup.dump(folder);
    assert.equal(await served.stop(), 0);
    const printed = await printedBy(own);
    const places = [
      { what: "the log", text: await served.log },
      { what: "the greeting", text: served.said },
      { what: "what is kept", text: kept + (await setup.dump(folder)) },
      ...printed,
    ];
    const configured = Object.entries({ ...secrets, smtpPassword }).map(([name, value]) => ({ name, value }));
    const all: readonly Canary[] = [
      ...canaries,
      ...[...configured, ...(await ownKeys(own))].map((one) => ({ ...one, givenBy: undefined })),
    ];
    assert.ok(all.length > 30 && answers.length > 50, `${all.length} secrets, ${answers.length} answers`);
    assert.deepEqual(await routesLeftOut(answers), []);
    assert.ok(kept.includes("argon2id") && kept.includes("@example.com"), "the dump is a dump");
    for (const { what, text } of places) assert.deepEqual(found(all, text), [], what);
    for (const [at, { what, text }] of answers.entries()) {
      assert.deepEqual(
        found(
          all.filter(({ givenBy }) => givenBy !== at),
          text,
        ),
        [],
        `answer ${at} to ${what}`,
      );
      assert.ok(!text.includes("$argon2"), what);
    }
    const [log] = places;
    assert.doesNotMatch(log?.text ?? "", /\$argon2|@example\.com/);
    for (const type of ["signed_in", "sign_in_refused", "refresh_refused", "password_reset", "csrf_refused"])
      assert.ok(log?.text.includes(`"event":"${type}"`), type);
  } finally {
    await mails.close();
    folder.remove();
  }
}

/** The rows of the route table that no answer of a tour came from, or none that was a success. */
async function routesLeftOut(answers: readonly Told[]): Promise<readonly string[]> {
  const auth = await createAuth({ issuer: "http://localhost/auth", store: memory() });
  await auth.close();
  const succeeded = answers.filter(({ text }) => text.startsWith("2")).map(({ what }) => what.replace(/\?.*/, ""));
  const rows = auth.routes.map(({ method, path }) => `${method} ${path}`);
  assert.ok(rows.length > 30);
  return rows.filter((row) => {
    const [before = "", after] = row.split(":id");
    return !succeeded.some((what) => (after === undefined ? what === row : what.startsWith(before)));
  });
}

/** The names of the secrets that stand in a text, as they are, in base64, in hexadecimal or percent-encoded. */
function found(canaries: readonly Canary[], text: string): readonly string[] {
  return canaries.filter(({ value }) => formsOf(value).some((form) => text.includes(form))).map(({ name }) => name);
}

/** Of a token the last part, which is the secret one, must not be anywhere either. */
function formsOf(value: string): readonly string[] {
  const whole = value.includes(".") ? [value, value.slice(value.lastIndexOf(".") + 1)] : [value];
  return whole.flatMap((text) => {
    const bytes = Buffer.from(text);
    return [
      text,
      bytes.toString("base64").replace(/.?=*$/, ""),
      bytes.toString("hex"),
      encodeURIComponent(text),
      text.replaceAll(" ", "+"),
    ];
  });
}

/** The private parts of the keys that the issuer made itself. */
async function ownKeys(folder: Folder): Promise<readonly { readonly name: string; readonly value: string }[]> {
  const { keys } = (await folder.run(["keys", "list", "--json"])).json();
  const kids: readonly { kid: string; kept: string; use: string }[] = Object(keys);
  const own = kids.filter(({ kept, use }) => kept === "store" && use === "access");
  return Promise.all(
    own.map(async ({ kid }) => {
      const { d, k } = (await folder.run(["keys", "export", kid, "--secret"])).json();
      return { name: `key ${kid}`, value: String(d ?? k) };
    }),
  );
}

/** What commands for looking print. */
async function printedBy(folder: Folder): Promise<readonly { readonly what: string; readonly text: string }[]> {
  const lines = [
    "config print",
    "users list --json",
    "services list --json",
    "audit list --limit 500 --json",
    "doctor --json",
  ];
  return Promise.all(
    lines.map(async (line) => {
      const { out, err } = await folder.run(line.split(" "));
      assert.ok(out.length > 20, `${line}: ${err}`);
      return { what: line, text: out + err };
    }),
  );
}

const sqliteSetup = async (): Promise<Setup> => ({
  env: {},
  dump: ({ path }) =>
    ["cardea.db", "cardea.db-wal"]
      .map((name) => join(path, "data", name))
      .filter((file) => existsSync(file))
      .map((file) => readFileSync(file, "latin1"))
      .join(""),
});

describe("ASVS-16.2.5 CS-LG1 S-23: no secret is in an answer, the log, a command's output or what is kept", () => {
  for (const mode of ["hybrid", "stateful", "stateless"]) {
    test(`on SQLite, ${mode}`, () => searchEverywhere(sqliteSetup, mode));
  }

  whereInstalled([postgresSoftware], "the canary search on PostgreSQL", () => {
    test("on PostgreSQL, stateful", async () => {
      const server = await startPostgres();
      after(server.stop);
      const url = await server.newDatabase();
      const dump = (): string =>
        execFileSync(join(postgresPrograms() ?? "", "pg_dump"), [url], { encoding: "utf8", maxBuffer: 1e8 });
      await searchEverywhere(async () => ({ env: { CARDEA_STORE: url }, dump }), "stateful");
    });
  });

  whereInstalled([redisSoftware], "the canary search on Redis", () => {
    test("on SQLite behind Redis, stateful", async () => {
      const server = await startRedis({ settings: { rdbcompression: "no" } });
      after(server.stop);
      const client = await createClient({ url: server.url }).connect();
      const { dir = "" } = await client.configGet("dir");
      const open = async (): Promise<Setup> => {
        const record = await sqliteSetup();
        const dump = async (folder: Folder): Promise<string> => {
          await client.sendCommand(["SAVE"]);
          const cached = readFileSync(join(dir, "dump.rdb"), "latin1");
          assert.match(cached, /cardea/);
          return cached + (await record.dump(folder));
        };
        return { env: { CARDEA_SESSIONS_STORE: server.url }, dump };
      };
      try {
        await searchEverywhere(open, "stateful");
      } finally {
        client.destroy();
      }
    });
  });
});
