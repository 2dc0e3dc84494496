import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { newFolder } from "./support/cli.ts";
import type { CommandEnd } from "./support/commandLines.ts";

const folder = newFolder();
after(() => folder.remove());

const commands = [
  "serve",
  "init",
  "migrate",
  "config print",
  "doctor",
  "calibrate",
  "users create",
  "users list",
  "users get",
  "users roles",
  "users disable",
  "users enable",
  "users delete",
  "users export",
  "users import",
  "sessions list",
  "sessions revoke",
  "services create",
  "services list",
  "services delete",
  "revoke",
  "verifiers list",
  "relay",
  "keys list",
  "keys rotate",
  "keys retire",
  "keys revoke",
  "keys export",
  "secrets generate",
  "token inspect",
  "token verify",
  "audit list",
];
const words = (line: string): string[] => line.split(" ");

function endOf(ends: readonly CommandEnd[], index: number): CommandEnd {
  const end = ends[index];
  assert.ok(end);
  return end;
}

describe("help", () => {
  test("lists every command, without a word or with --help, -h or help", async () => {
    const [bare, ...others] = await folder.runAll([[], ["--help"], ["-h"], ["help"]].map((argv) => ({ argv })));
    for (const command of commands) assert.match(bare?.out ?? "", new RegExp(`^  ${command}`, "m"));
    for (const { code, out } of others) assert.deepEqual([code, out], [0, bare?.out]);
  });

  test("--version says which version this is", async () => {
    const [said] = await folder.runAll([{ argv: ["--version"] }]);
    assert.deepEqual([said?.code, said?.err], [0, ""]);
    assert.match(said?.out ?? "", /^\d+\.\d+\.\d+\n$/);
  });

  test("of each command names its flags, does nothing and exits with 0", async () => {
    const helps = await folder.runAll(commands.map((command) => ({ argv: [...words(command), "--help"] })));
    for (const [index, { code, out, err }] of helps.entries()) {
      assert.deepEqual([code, err], [0, ""]);
      assert.match(out, new RegExp(`Usage: cardea ${commands[index]}`));
      assert.match(out, /--json .*answer in JSON/);
    }
    assert.equal(existsSync(join(folder.path, "data")), false);
  });

  test("of a group lists the group", async () => {
    const [help, bare] = await folder.runAll([{ argv: ["token", "--help"] }, { argv: ["token"] }]);
    assert.deepEqual([help?.code, bare?.code], [0, 2]);
    assert.match(help?.out ?? "", /token inspect[\s\S]*token verify/);
    assert.doesNotMatch(help?.out ?? "", /serve/);
  });
});

describe("what is not understood exits with 2, says why on standard error, and touches nothing", () => {
  const rows: readonly (readonly [string, RegExp])[] = [
    ["srve", /no command "cardea srve"\. Did you mean "serve"\?/],
    ["user list", /no command "cardea user"\. Did you mean "users"\?/],
    ["users lst", /no command "cardea users lst"\. Did you mean "users list"\?/],
    ["token verfy x", /Did you mean "token verify"\?/],
    ["serve --prot 1", /no option --prot\. Did you mean "--port"\?/],
    ["serve --prot=1", /no option --prot\. Did you mean "--port"\?/],
    ["serve --issuer", /--issuer/],
    ["serve --__proto__ x", /no option --__proto__/],
    ["serve --secret x", /no option --secret/],
    ["serve -p 1", /serve/],
    ["serve now", /serve takes no words, but got 1/],
    ["users create", /users create takes EMAIL, but got 0/],
    ["users create not-an-address", /not an email address/],
    ["users list --limit 0", /--limit takes a whole number/],
    ["users list --limit 1e300", /--limit takes a whole number/],
    ["services create", /services create takes NAME/],
    [`services create ${"n".repeat(101)}`, /1 to 100 characters/],
    ["keys export", /keys export takes KID/],
    ["users get", /users get takes EMAIL\|ID/],
    ["users roles ada@example.com", /--add ROLE, --remove ROLE/],
    ["revoke", /cardea revoke takes KIND/],
    ["revoke session", /Say which: cardea revoke session/],
    ["revoke everybody x", /Revoke a token, session, user, client, tenant, key, or all/],
    ["revoke all x --yes", /cardea revoke all takes no further word/],
    ["revoke token a.b.c", /no access token with a jti/],
    ["revoke tenant acme --yes --wait forever", /--wait is durable or effective/],
    ["revoke tenant acme --yes --reason he_is_BAD", /--reason is one word/],
    ["services create x --scope revocation:wirte", /There is no scope revocation:wirte\. Did you mean/],
    ["sessions revoke", /Say which sessions end: an ID, --user EMAIL or --all/],
    ["sessions revoke abc --all", /Say which sessions end/],
    ["relay --relay-secret x", /no option --relay-secret/],
    ["relay https://a.example", /relay takes no words, but got 1/],
    ["audit list --limit x", /--limit takes a whole number/],
    ["doctor --mail nobody", /not an email address/],
    ["token inspect", /TOKEN/],
    ["token verify a b", /token verify takes TOKEN/],
  ];
  let ends: readonly CommandEnd[] = [];
  before(async () => {
    ends = await folder.runAll(rows.map(([line]) => ({ argv: words(line) })));
  });
  for (const [index, [line, message]] of rows.entries()) {
    test(`cardea ${line.slice(0, 40)}`, () => {
      const { code, out, err } = endOf(ends, index);
      assert.deepEqual([code, out], [2, ""], err);
      assert.match(err, message);
      assert.doesNotMatch(err, /\bat .*\.ts:/);
      assert.equal(existsSync(join(folder.path, "data")), false);
    });
  }

  test("as a process of its own too", async () => {
    const { code, out, err } = await folder.run(["serve", "--prot", "1"]);
    assert.deepEqual([code, out], [2, ""]);
    assert.equal(err, 'cardea serve: there is no option --prot. Did you mean "--port"?\n');
  });
});

describe("configuration that does not hold exits with 1 and names the fix", () => {
  const rows: readonly (readonly [string, string, Readonly<Record<string, string>>, RegExp])[] = [
    [
      "an unknown variable",
      "config print",
      { CARDEA_MOED: "hybrid" },
      /variable CARDEA_MOED\. Did you mean "CARDEA_MODE"\?/,
    ],
    [
      "a variable and its file",
      "config print",
      { CARDEA_SECRET: "x", CARDEA_SECRET_FILE: "y" },
      /both set\. Unset one/,
    ],
    [
      "a file that is not there",
      "config print",
      { CARDEA_SECRET_FILE: "/nowhere/x" },
      /CARDEA_SECRET_FILE names a file that cannot be read/,
    ],
    [
      "a secret that is too short",
      "config print",
      { CARDEA_SECRET: "too-short" },
      /secret: Use at least 32 random bytes/,
    ],
    [
      "a port that is no number",
      "config print",
      { CARDEA_PORT: "80a" },
      /port: Use a whole number\. \(It is set by CARDEA_PORT\.\)/,
    ],
    ["a port that is too high", "config print --port 65536", {}, /port: use a whole number from 0 to 65535/],
    ["an unknown mode", "config print --mode jwt", {}, /mode: Use "stateless", "stateful" or "hybrid"/],
    [
      "a configuration file that is not there",
      "config print --config nowhere.ts",
      {},
      /no configuration file nowhere\.ts.*cardea init/,
    ],
    [
      "a relay without an issuer",
      "relay",
      {},
      /^cardea relay needs the URL of the issuer.*--issuer or CARDEA_ISSUER\.\n$/,
    ],
    [
      "a relay without a secret",
      "relay --issuer http://localhost:1/auth --relay-id svc_x",
      {},
      /secret of the service credentials.*by CARDEA_RELAY_SECRET or CARDEA_RELAY_SECRET_FILE/,
    ],
    [
      "a relay of plain http",
      "relay --issuer http://a.example --relay-id svc_x --port 0",
      { CARDEA_RELAY_SECRET: "too-short" },
      /issuer: Use https:/,
    ],
    [
      "a relay on a port that is none",
      "relay --issuer http://a.example --port 80a --relay-id x",
      { CARDEA_RELAY_SECRET: "too-short" },
      /port: use a whole number/,
    ],
    [
      "http in production",
      "serve",
      { NODE_ENV: "production" },
      /Refusing to start with NODE_ENV=production:\n {2}issuer: .*CARDEA_ISSUER[\s\S]*secret: .*CARDEA_SECRET_FILE/,
    ],
    [
      "a generated secret in production",
      "serve --issuer https://a.example",
      { NODE_ENV: "production" },
      /production:\n {2}secret: .*\n {2}mail: .*\n$/,
    ],
  ];
  const files: readonly (readonly [string, string, RegExp])[] = [
    ["an unknown setting", "export default { moed: 1 }", /there is no setting "moed"\. Did you mean "mode"\?/],
    [
      "an unknown setting in a group",
      "export default { access: { tll: 1 } }",
      /no setting "access\.tll"\. Did you mean "access\.ttl"\?/,
    ],
    ["no default export", "export const mode = 'hybrid'", /has no default export.*defineConfig/],
    ["no object", "export default []", /has no default export/],
    ["a wrong value", "export default { access: { ttl: '5 minutes' } }", /access\.ttl: Write a span of time/],
    ["a program that fails", "throw new Error('broken on purpose')", /broken on purpose/],
  ];
  let ends: readonly CommandEnd[] = [];
  before(async () => {
    for (const [index, [, source]] of files.entries()) writeFileSync(join(folder.path, `bad${index}.ts`), source);
    ends = await folder.runAll([
      ...rows.map(([, line, env]) => ({ argv: words(line), env })),
      ...files.map((_, index) => ({ argv: ["config", "print", "--config", `bad${index}.ts`] })),
    ]);
  });
  for (const [index, [name, , , message]] of rows.entries()) {
    test(name, () => {
      const { code, out, err } = endOf(ends, index);
      assert.deepEqual([code, out], [1, ""]);
      assert.match(err, message);
      assert.ok(!err.includes("too-short"));
      assert.equal(existsSync(join(folder.path, "data")), false);
    });
  }

  for (const [index, [name, , message]] of files.entries()) {
    test(`a file with ${name}`, () => {
      const { code, out, err } = endOf(ends, rows.length + index);
      assert.deepEqual([code, out], [1, ""]);
      assert.match(err, message);
    });
  }
});
