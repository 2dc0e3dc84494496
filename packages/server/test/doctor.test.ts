import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, test } from "node:test";
import { sqliteMigrations } from "../src/store/sqlite/migrations.ts";
import { type Folder, freePort, newFolder } from "./support/cli.ts";
import { startMailServer } from "./support/mailServer.ts";
import { startRedis } from "./support/servers/redisServer.ts";
import { redisSoftware, whereInstalled } from "./support/servers/software.ts";

type Finding = { readonly name: string; readonly state: string; readonly text: string; readonly fix?: string };

type Examined = { readonly code: number | null; readonly findings: readonly Finding[]; readonly said: string };

const folders: Folder[] = [];
const folder = (): Folder => {
  const made = newFolder();
  folders.push(made);
  return made;
};
after(() => {
  for (const made of folders) made.remove();
});

async function examine(
  { run }: Folder,
  env: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<Examined> {
  const { code, out, err } = await run(["doctor", "--json", ...flags], { env });
  assert.equal(err, "");
  const { ok, findings } = JSON.parse(out);
  assert.equal(code, ok ? 0 : 1);
  return { code, findings, said: out };
}

const statesOf = ({ findings }: Examined, name: string): readonly string[] =>
  findings.filter((finding) => finding.name === name).map(({ state }) => state);

const findingOf = ({ findings }: Examined, name: string): Finding => {
  const found = findings.find((finding) => finding.name === name);
  assert.ok(found, `nothing on ${name}`);
  return found;
};

/** A folder with a store in it. */
async function usedFolder(): Promise<Folder> {
  const own = folder();
  const { code, err } = await own.run(["users", "create", "ada@example.com"]);
  assert.equal(code, 0, err);
  return own;
}

describe("doctor", () => {
  test("finds nothing wrong in an empty folder, and makes nothing there", async () => {
    const own = folder();
    const examined = await examine(own);
    assert.deepEqual(
      [examined.code, statesOf(examined, "configuration"), statesOf(examined, "store")],
      [0, ["ok"], ["warn"]],
    );
    assert.match(findingOf(examined, "store").text, /data\/cardea\.db is not there yet/);
    assert.match(findingOf(examined, "passwords").text, /^\d+ ms a check$/);
    assert.equal(existsSync(join(own.path, "data")), false);
  });

  test("looks at every part of a store that is used, and shows it in lines for people", async () => {
    const own = await usedFolder();
    const examined = await examine(own);
    assert.equal(examined.code, 0, examined.said);
    for (const name of ["node", "store", "schema", "files", "disk", "secret", "key age", "hashes", "outbox", "mail"]) {
      assert.deepEqual(statesOf(examined, name), ["ok"], name);
    }
    const { out } = await own.run(["doctor"]);
    assert.match(out, /^ok {4}configuration {2}it fits\nok {4}store +sqlite \S+ opens\n/);
    assert.match(out, /\nwarn {2}issuer +\S+ does not answer\n +Start it \(cardea serve\)/);
  });

  test("tells a configuration that does not hold, and stops there", async () => {
    const { code, findings } = await examine(folder(), { CARDEA_MODE: "hybird" });
    assert.equal(code, 1);
    assert.deepEqual(
      findings.map(({ name, state }) => [name, state]),
      [["configuration", "fail"]],
    );
    assert.match(findings[0]?.text ?? "", /Did you mean "hybrid"/);
  });

  test("tells a secret that opens nothing, and one that is lost, and makes no new one", async () => {
    const own = await usedFolder();
    const other = randomBytes(32).toString("base64url");
    const wrong = await examine(own, { CARDEA_SECRET: other });
    assert.deepEqual([wrong.code, statesOf(wrong, "keys")], [1, ["fail"]]);
    assert.match(findingOf(wrong, "keys").text, /Restore the secret .*CARDEA_SECRET=new,old/);
    assert.ok(!wrong.said.includes(other));
    const file = join(own.path, "data/cardea.db.secret");
    rmSync(file);
    const lost = await examine(own);
    assert.deepEqual([lost.code, findingOf(lost, "secret").state], [1, "fail"]);
    assert.equal(existsSync(file), false);
  });

  test("ASVS-11.1.1: tells a shared key that serves several audiences; one audience is fine, and so are key pairs", async () => {
    const own = folder();
    const states = async (env: Readonly<Record<string, string>>) => statesOf(await examine(own, env), "shared key");
    const several = { CARDEA_ACCESS_AUDIENCE: "orders,billing" };
    const shared = { ...several, CARDEA_KEYS_ALG: "HS256" };
    assert.match(findingOf(await examine(own, shared), "shared key").text, /^HS256 serves 2 audiences/);
    assert.deepEqual(await states(shared), ["warn"]);
    assert.deepEqual(await states({ CARDEA_KEYS_ALG: "HS512" }), ["ok"]);
    assert.deepEqual(await states(several), []);
  });

  test("tells passwords that cannot be checked with the peppers that are set, and which pepper is missing", async () => {
    const own = folder();
    const pepper = (id: string) => ({ CARDEA_PASSWORDS_PEPPER: `${id}:${randomBytes(32).toString("base64url")}` });
    const { code, err } = await own.run(["users", "create", "ada@example.com"], { env: pepper("2026") });
    assert.equal(code, 0, err);
    const examined = await examine(own, pepper("2027"));
    const found = findingOf(examined, "hashes");
    assert.deepEqual([examined.code, found.state], [1, "fail"]);
    assert.match(found.text, /^1 of the oldest 1 passwords cannot be checked/);
    assert.match(found.fix ?? "", /pepper "2026"\. Add it to passwords\.earlierPeppers/);
  });

  test("tells files that others may read, with the command that mends it", async () => {
    const own = await usedFolder();
    for (const path of ["data/cardea.db", "data/cardea.db.secret"]) chmodSync(join(own.path, path), 0o644);
    const examined = await examine(own);
    assert.deepEqual([examined.code, findingOf(examined, "files").state], [1, "fail"]);
    assert.match(findingOf(examined, "files").fix ?? "", /^chmod 600 \.\/data\/cardea\.db .*\/cardea\.db\.secret$/);
  });

  test("tells a schema that is behind, and leaves it so", async () => {
    const own = folder();
    mkdirSync(join(own.path, "data"), { mode: 0o700 });
    const file = join(own.path, "data/cardea.db");
    const database = new DatabaseSync(file);
    database.exec(`${sqliteMigrations[0]?.sql ?? ""}; PRAGMA user_version = 1;`);
    database.close();
    chmodSync(file, 0o600);
    for (const _ of [1, 2]) {
      const examined = await examine(own);
      assert.equal(examined.code, 1);
      assert.deepEqual(
        [findingOf(examined, "schema").text, findingOf(examined, "schema").fix],
        [`1 of ${sqliteMigrations.length} steps`, "cardea migrate"],
      );
    }
  });

  test("tells a key that is older than it should be, and mails that pile up", async () => {
    const own = await usedFolder();
    const database = new DatabaseSync(join(own.path, "data/cardea.db"));
    database.exec(`UPDATE keys SET signs_from = signs_from - ${61 * 86_400_000}`);
    const insert = database.prepare(
      "INSERT INTO mails (id, sealed, created_at, attempts, due_at) VALUES (?, 'x', 0, 0, 0)",
    );
    for (let at = 0; at < 101; at++) insert.run(`mail ${at}`);
    database.close();
    const old = await examine(own);
    assert.deepEqual([old.code, findingOf(old, "key age").state, findingOf(old, "outbox").state], [0, "warn", "warn"]);
    assert.match(findingOf(old, "key age").text, /\(ES256\) signs since 61 days$/);
    assert.equal(findingOf(old, "outbox").text, "101 mails wait");
    const patient = await examine(own, { CARDEA_KEYS_ROTATE_EVERY: "90d" });
    assert.equal(findingOf(patient, "key age").state, "ok");
  });

  test("asks the issuer where its tokens say that it is, and knows another's answer", async () => {
    const own = await usedFolder();
    const port = await freePort();
    const served = await own.serve(["--port", String(port)]);
    const reached = await examine(own, {}, ["--port", String(port)]);
    assert.deepEqual(statesOf(reached, "issuer"), ["ok"]);
    const elsewhere = await examine(own, { CARDEA_ISSUER: `http://localhost:${port}/other` });
    assert.deepEqual([elsewhere.code, findingOf(elsewhere, "issuer").state], [1, "fail"]);
    assert.match(findingOf(elsewhere, "issuer").text, /answers 404, and not as an issuer/);
    await served.stop();

    const impostor = createServer((_, response) => response.end('{"issuer":"https://evil.example"}')).unref();
    await new Promise<void>((resolve) => impostor.listen(port, "localhost", resolve));
    const another = await examine(own, {}, ["--port", String(port)]);
    assert.match(findingOf(another, "issuer").text, /is another issuer's/);
    impostor.close();
  });

  test("tells a proxy that nobody trusts, and trust where there is no proxy", async () => {
    const own = folder();
    const env = { CARDEA_ISSUER: "https://app.invalid/auth" };
    const states = [
      await examine(own, env),
      await examine(own, { ...env, CARDEA_TRUST_PROXY: "1" }),
      await examine(own, { CARDEA_TRUST_PROXY: "1" }),
    ].map((examined) => findingOf(examined, "proxy").state);
    assert.deepEqual(states, ["warn", "ok", "warn"]);
  });

  test("throws nothing of a store that cannot be reached but a finding, without its password", async () => {
    const env = { CARDEA_STORE: `postgres://ada:pw-canary@127.0.0.1:${await freePort()}/auth` };
    const examined = await examine(folder(), env);
    assert.deepEqual([examined.code, findingOf(examined, "store").state], [1, "fail"]);
    assert.doesNotMatch(examined.said, /pw-canary/);
  });
});

describe("doctor and the mail server", () => {
  const envFor = (url: string) => ({ CARDEA_MAIL_SMTP: url, CARDEA_MAIL_FROM: "no-reply@app.example" });

  test("knocks without sending anything, and sends one mail when it is given an address", async () => {
    const server = await startMailServer();
    const knocked = await examine(folder(), envFor(server.url));
    assert.deepEqual([knocked.code, statesOf(knocked, "mail")], [0, ["ok"]]);
    assert.equal(server.delivered.length, 0);
    const sent = await examine(folder(), envFor(server.url), ["--mail", "Ada@example.com"]);
    assert.deepEqual([statesOf(sent, "mail"), statesOf(sent, "test mail")], [["ok"], ["ok"]]);
    assert.deepEqual(
      server.delivered.map(({ from, to }) => [from, to]),
      [["no-reply@app.example", ["ada@example.com"]]],
    );
    await server.close();
  });

  test("tells a wrong password, and nobody there, each with its own fix and no word of the password", async () => {
    const server = await startMailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(new Error("no")),
    });
    const denied = await examine(folder(), envFor(`smtp://ada:pw-canary@localhost:${server.port}`));
    assert.deepEqual([denied.code, findingOf(denied, "mail").state], [1, "fail"]);
    assert.match(findingOf(denied, "mail").text, /localhost:\d+ does not take mail \(EAUTH 535\)/);
    assert.match(findingOf(denied, "mail").fix ?? "", /user and password of CARDEA_MAIL_SMTP/);
    await server.close();
    const gone = await examine(folder(), envFor(`smtp://ada:pw-canary@localhost:${server.port}`));
    assert.match(findingOf(gone, "mail").text, /does not take mail \(E/);
    assert.match(findingOf(gone, "mail").fix ?? "", /Look at host, port and user/);
    for (const { said } of [denied, gone]) assert.doesNotMatch(said, /pw-canary/);
  });

  test("calls no function of the application's", async () => {
    const own = folder();
    writeFileSync(
      join(own.path, "cardea.config.ts"),
      'export default { mail: { send: async () => { throw new Error("called"); } } };',
    );
    assert.deepEqual(statesOf(await examine(own), "mail"), ["ok"]);
  });
});

whereInstalled([redisSoftware], "doctor and Redis", () => {
  test("F-03: doctor tells a Redis that evicts, one that cannot be reached, and is content with a good one", async () => {
    const good = await startRedis();
    const evicting = await startRedis({ settings: { maxmemory: "64mb", "maxmemory-policy": "allkeys-lru" } });
    after(() => Promise.all([good.stop(), evicting.stop()]));
    const at = (url: string) => examine(folder(), { CARDEA_SESSIONS_STORE: url });
    assert.deepEqual(statesOf(await at(good.url), "session cache"), ["ok"]);
    const evicts = await at(evicting.url);
    assert.deepEqual([evicts.code, statesOf(evicts, "session cache")], [1, ["fail"]]);
    assert.match(findingOf(evicts, "session cache").text, /noeviction/);
    const gone = await at(`redis://:pw-canary@127.0.0.1:${await freePort()}`);
    assert.deepEqual([gone.code, statesOf(gone, "session cache")], [1, ["fail"]]);
    assert.doesNotMatch(gone.said, /pw-canary/);
  });
});
