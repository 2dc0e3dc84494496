import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { z } from "zod";
import { onlyInFile, settings } from "../src/cli/settingRows.ts";
import { optionsSchema } from "../src/config/options.ts";
import { newFolder } from "./support/cli.ts";
import type { CommandEnd, CommandLine } from "./support/commandLines.ts";

const folder = newFolder();
after(() => folder.remove());

type Row = readonly [name: string, line: string, env: Readonly<Record<string, string>>, says: RegExp];

const words = (line: string): string[] => line.split(" ");

const print = (env: Readonly<Record<string, string>> = {}, ...flags: readonly string[]): CommandLine => ({
  argv: ["config", "print", "--json", ...flags],
  env,
});

/** What `config print` shows of one setting: its value and where it is from. */
function shown(end: CommandEnd | undefined, setting: string): unknown {
  assert.equal(end?.err, "");
  const all: readonly { name: string; value: unknown; source: string }[] = JSON.parse(end?.out ?? "{}").settings;
  const found = all.find(({ name }) => name === setting);
  return found && [found.value, found.source];
}

describe("a value that does not fit names what was meant, and what set it", () => {
  const rows: readonly Row[] = [
    ["by flag", "--mode hybird", {}, /mode: .* Did you mean "hybrid"\? \(It is set by --mode\.\)/],
    ["by variable", "", { CARDEA_MODE: "statefull" }, /Did you mean "stateful"\? \(It is set by CARDEA_MODE\.\)/],
    ["by file of a variable", "", { CARDEA_MODE_FILE: "mode" }, /"stateless"\? \(It is set by CARDEA_MODE_FILE\.\)/],
    ["by configuration file", "--config bad.ts", {}, /session\.preset: .*"aal2"\? \(It is set by bad\.ts\.\)/],
    [
      "of the log",
      "--log-level inof",
      {},
      /log\.level: Use one of .* Did you mean "info"\? \(It is set by --log-level/,
    ],
    ["of a list", "--origins https://a.example,null", {}, /origins\.1: .*\(It is set by --origins\.\)/],
    ["a number", "--session-max lots", {}, /session\.max: Use a whole number\. \(It is set by --session-max\.\)/],
    ["out of bounds", "", { CARDEA_SESSION_FRESH: "25h" }, /between 1m and 24h\. \(It is set by CARDEA_SESSION_FRESH/],
    ["a proxy for everybody", "--trust-proxy 0.0.0.0/0", {}, /trustProxy: .*Count the proxies.*--trust-proxy/],
    ["a proxy by name", "--trust-proxy all", {}, /trustProxy: .*Count the proxies/],
    ["too many proxies", "--trust-proxy 99", {}, /trustProxy: .*Count the proxies/],
    ["a store", "--store sqlte:./x.db", {}, /store: Use sqlite:.*Did you mean "sqlite:"\?/],
    ["a store without a file", "--store sqlite:", {}, /store: Name a file after sqlite:/],
    ["a store of no engine", "", { CARDEA_STORE: "mysql://u:pw-canary@h/d" }, /store: Use sqlite:/],
    ["a database by a bad URL", "", { CARDEA_STORE: "postgres:pw-canary" }, /postgres/],
    ["a cache of no engine", "", { CARDEA_SESSIONS_STORE: "memcached://u:pw-canary@h" }, /redis/],
    [
      "a password in a flag",
      "--store postgres://u:pw-canary@h/d",
      {},
      /--store: others .*by CARDEA_STORE or CARDEA_STORE_FILE/,
    ],
    ["a mail server", "", { CARDEA_MAIL_SMTP: "http://u:pw-canary@h" }, /mail\.smtp: It begins with smtp/],
  ];
  let ends: readonly CommandEnd[] = [];
  before(async () => {
    writeFileSync(join(folder.path, "mode"), "stateles\n");
    writeFileSync(join(folder.path, "bad.ts"), 'export default { session: { preset: "aal22" } };');
    ends = await folder.runAll(rows.map(([, line, env]) => print(env, ...(line === "" ? [] : words(line)))));
  });
  for (const [index, [name, , , says]] of rows.entries()) {
    test(name, () => {
      const { code, out, err } = ends[index] ?? {};
      assert.deepEqual([code, out], [1, ""]);
      assert.match(err ?? "", says);
      assert.doesNotMatch(err ?? "", /pw-canary|\n\s+at /);
    });
  }
});

describe("files that cannot be used are told in words, with the fix", () => {
  const rows: readonly Row[] = [
    [
      "a value's file is not there",
      "config print",
      { CARDEA_PORT_FILE: "no" },
      /cannot be read: no is not there\. Name a file/,
    ],
    [
      "a value's file is a folder",
      "config print",
      { CARDEA_PORT_FILE: "dir" },
      /dir is a folder, not a file\. .*set CARDEA_PORT instead/,
    ],
    ["a value's file has no name", "config print", { CARDEA_PORT_FILE: "" }, /CARDEA_PORT_FILE is empty/],
    ["the data folder is a file", "serve --data taken", {}, /data: taken is a file, but a folder is needed/],
    ["the data folder is below a file", "serve --data taken/x", {}, /data: taken is a file, but a folder is needed/],
    ["the store's folder is a file", "serve --store sqlite:taken/x.db", {}, /store: taken is a file/],
    ["the store's file is a folder", "serve --store sqlite:dir", {}, /dir/],
    ["the configuration is not there", "serve --config no.ts", {}, /no configuration file no\.ts.*cardea init/],
    [
      "the configuration is no program",
      "serve --config grammar.ts",
      {},
      /grammar\.ts cannot be loaded: .*grammar\.ts:1.*\nMend it/,
    ],
    [
      "the configuration throws",
      "serve --config throws.ts",
      {},
      /throws\.ts cannot be loaded: broken on purpose\nMend it/,
    ],
    ["the configuration misses a package", "serve --config misses.ts", {}, /Cannot find package 'no-such-package'/],
    [
      "a store in the configuration is none",
      "serve --config store.ts",
      {},
      /store: Give a store: .*It is set by store\.ts/,
    ],
  ];
  let ends: readonly CommandEnd[] = [];
  before(async () => {
    mkdirSync(join(folder.path, "dir"));
    const files = {
      taken: "",
      "grammar.ts": "export default { mode: }",
      "throws.ts": 'throw new Error("broken on purpose");',
      "misses.ts": 'import "no-such-package"; export default {};',
      "store.ts": "export default { store: {} };",
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text);
    ends = await folder.runAll(rows.map(([, line, env]) => ({ argv: words(line), env })));
  });
  for (const [index, [name, , , says]] of rows.entries()) {
    test(name, () => {
      const { code, out, err } = ends[index] ?? {};
      assert.deepEqual([code, out], [1, ""]);
      assert.match(err ?? "", says);
      assert.doesNotMatch(err ?? "", /ENO[A-Z]+:|EISDIR:|\n\s+at /);
      assert.equal(existsSync(join(folder.path, "data")), false);
    });
  }
});

describe("config print", () => {
  test("shows no password of a URL, and no secret at all", async () => {
    const env = {
      CARDEA_STORE: "postgres://ada:pw-canary@db.example:5432/auth?sslmode=verify-full",
      CARDEA_SESSIONS_STORE: "rediss://:pw-canary@cache.example:6379",
      CARDEA_MAIL_SMTP: "smtp://ada:pw-canary@mail.example",
      CARDEA_MAIL_FROM: "no-reply@app.example",
      CARDEA_PASSWORDS_PEPPER: `p1:${Buffer.from("pw-canary pepper of 32 bytes or more").toString("base64url")}`,
    };
    const ends = await folder.runAll([print(env), { argv: ["config", "print"], env }]);
    const [json] = ends;
    assert.deepEqual(shown(json, "store"), [
      "postgres://ada:***@db.example:5432/auth?sslmode=verify-full",
      "CARDEA_STORE",
    ]);
    assert.deepEqual(shown(json, "sessions.store"), ["rediss://:***@cache.example:6379", "CARDEA_SESSIONS_STORE"]);
    assert.deepEqual(shown(json, "mail.smtp"), ["(secret, set)", "CARDEA_MAIL_SMTP"]);
    assert.deepEqual(shown(json, "passwords.pepper"), ["(secret, set)", "CARDEA_PASSWORDS_PEPPER"]);
    for (const { out, code } of ends) {
      assert.equal(code, 0);
      assert.doesNotMatch(out, /pw-canary|cHctY2FuYXJ5/);
    }
  });

  test("names the default issuer as browsers do, without the port that http has anyway", async () => {
    const ends = await folder.runAll([print({}, "--port", "80"), print({}, "--port", "443"), print()]);
    assert.deepEqual(
      ends.map((end) => shown(end, "issuer")),
      [
        ["http://localhost/auth", "default"],
        ["http://localhost:443/auth", "default"],
        ["http://localhost:4000/auth", "default"],
      ],
    );
  });

  test("reads lists, numbers of proxies, blocks of them, and stores that a file makes", async () => {
    writeFileSync(
      join(folder.path, "made.ts"),
      'import { memory, defineConfig } from "cardea"; export default defineConfig({ store: memory(), log: { level: "warn" }, throttle: { account: { freeFailures: 3 } } });',
    );
    const [number, blocks, made, url] = await folder.runAll([
      print({}, "--trust-proxy", "2"),
      print({}, "--trust-proxy", "10.0.0.0/8, fd00::/8"),
      print({ CARDEA_THROTTLE_ACCOUNT_FIRST_WAIT: "10s" }, "--config", "made.ts"),
      print({}, "--store", "memory:"),
    ]);
    assert.deepEqual(shown(number, "trustProxy"), [2, "--trust-proxy"]);
    assert.deepEqual(shown(blocks, "trustProxy"), [["10.0.0.0/8", "fd00::/8"], "--trust-proxy"]);
    assert.deepEqual(shown(made, "store"), ["memory", "made.ts"]);
    assert.deepEqual(shown(made, "log.level"), ["warn", "made.ts"]);
    assert.deepEqual(shown(made, "throttle.account.freeFailures"), [3, "made.ts"]);
    assert.deepEqual(shown(made, "throttle.account.firstWait"), ["10s", "CARDEA_THROTTLE_ACCOUNT_FIRST_WAIT"]);
    assert.deepEqual(shown(url, "store"), ["memory:", "--store"]);
  });
});

describe("the table of settings", () => {
  type Schema = { readonly properties?: Readonly<Record<string, Schema>> };
  const paths = (schema: Schema, prefix = ""): readonly string[] =>
    Object.entries(schema.properties ?? {}).flatMap(([name, inner]) =>
      inner.properties ? paths(inner, `${prefix}${name}.`) : [`${prefix}${name}`],
    );
  const options = paths(z.toJSONSchema(optionsSchema, { unrepresentable: "any", io: "input" }) as Schema);

  test("has a row for every option that a text can give; the rest is code", () => {
    const known = [...settings.map(({ name }) => name), ...onlyInFile];
    const isKnown = (path: string): boolean => known.some((name) => path === name || path.startsWith(`${name}.`));
    assert.ok(options.length > 50, String(options.length));
    assert.deepEqual(
      options.filter((path) => !isKnown(path)),
      ["development", "onEvent", "world"],
    );
  });

  test("has no row for what is no option", () => {
    const own = ["port", "host", "data", "log.level"];
    assert.deepEqual(
      settings.map(({ name }) => name).filter((name) => !options.includes(name)),
      own,
    );
  });
});
