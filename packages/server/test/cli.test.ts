import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { type Folder, newFolder } from "./support/cli.ts";
import type { CommandEnd } from "./support/commandLines.ts";

function endOf(ends: readonly CommandEnd[], index: number): CommandEnd {
  const end = ends[index];
  assert.ok(end);
  return end;
}

describe("config print", () => {
  const secretOf = (first: number): string =>
    Buffer.from(Array.from({ length: 32 }, (_, at) => first + at)).toString("base64url");
  const secret = secretOf(1);
  const shared = secretOf(2);
  const settingsOf = (body: Readonly<Record<string, unknown>>): ReadonlyMap<unknown, unknown> =>
    new Map(
      Object(body.settings).map(({ name, value, source }: Record<string, unknown>) => [name, `${value} ${source}`]),
    );

  test("shows flag over variable over file of a variable over configuration file over default, and where each is from", async () => {
    const own = newFolder();
    writeFileSync(
      join(own.path, "cardea.config.ts"),
      `export default { port: 1, mode: "stateful", access: { ttl: "1m", audience: ["a", "b"], clientId: "file" }, keys: { secret: "${shared}", alg: "HS256" } }`,
    );
    writeFileSync(join(own.path, "ttl"), "2m\n");
    writeFileSync(join(own.path, "secret"), `${secret}\n`);
    const env = {
      CARDEA_PORT: "2",
      CARDEA_MODE: "stateless",
      CARDEA_ACCESS_TTL_FILE: "ttl",
      CARDEA_SECRET_FILE: "secret",
      CARDEA_SESSION_REFRESH_GRACE: "5s",
    };
    const flags = ["--port", "3", "--access-client-id", "flag"];
    const { code, out, err, json } = await own.run(["config", "print", "--json", ...flags], { env });
    assert.equal(code, 0, err);
    const shown = settingsOf(json());
    const expected = {
      port: "3 --port",
      host: "localhost default",
      issuer: "http://localhost:3/auth default",
      mode: "stateless CARDEA_MODE",
      "access.ttl": "2m CARDEA_ACCESS_TTL_FILE",
      "access.audience": "a,b cardea.config.ts",
      "access.clientId": "flag --access-client-id",
      "session.refreshGrace": "5s CARDEA_SESSION_REFRESH_GRACE",
      "session.idle": "14d default",
      "session.absolute": "90d default",
      "passwords.memoryKiB": "19456 default",
      "passwords.workers": "null default",
      secret: "(secret, set) CARDEA_SECRET_FILE",
      "keys.secret": "(secret, set) cardea.config.ts",
    };
    for (const [name, value] of Object.entries(expected)) assert.equal(shown.get(name), value);
    const [table] = await own.runAll([{ argv: ["config", "print", ...flags], env }]);
    assert.match(table?.out ?? "", /^SETTING +VALUE +FROM\nport +3 +--port\n/);
    for (const text of [out, String(table?.out)]) assert.ok(!text.includes(secret) && !text.includes(shared));
    own.remove();
  });

  test("reads what init wrote; init leaves a file that is there alone", async () => {
    const own = newFolder();
    const first = await own.run(["init"]);
    assert.deepEqual([first.code, first.out], [0, "Wrote cardea.config.ts. Next: cardea serve\n"]);
    const written = readFileSync(join(own.path, "cardea.config.ts"), "utf8");
    const ends = await own.runAll([{ argv: ["init", "--json"] }, { argv: ["config", "print", "--json"] }]);
    assert.deepEqual([endOf(ends, 0).code, endOf(ends, 0).out], [1, ""]);
    assert.match(endOf(ends, 0).err, /already here; it was left as it is/);
    assert.equal(readFileSync(join(own.path, "cardea.config.ts"), "utf8"), written);
    assert.equal(settingsOf(JSON.parse(endOf(ends, 1).out)).get("mode"), "hybrid cardea.config.ts");
    own.remove();
  });

  test("ASVS-6.1.2: what init wrote asks for the words of the product, and sets nothing but defaults", async () => {
    const own = newFolder();
    const [, withFile] = await own.runAll([{ argv: ["init"] }, { argv: ["config", "print", "--json"] }]);
    const written = readFileSync(join(own.path, "cardea.config.ts"), "utf8");
    assert.match(written, /contextWords: \[\] }, \/\/ yours to fill in: names of product and organisation/);
    const without = newFolder();
    const [bare] = await without.runAll([{ argv: ["config", "print", "--json"] }]);
    const valuesOf = (end: CommandEnd | undefined): readonly unknown[] =>
      JSON.parse(end?.out ?? "").settings.map(({ name, value }: Record<string, unknown>) =>
        // No words, and none given, are the same.
        name === "passwords.contextWords" ? [name, value ?? []] : [name, value],
      );
    assert.deepEqual(valuesOf(withFile), valuesOf(bare));
    for (const folder of [own, without]) folder.remove();
  });
});

describe("people, services and keys", () => {
  const otherSecret = Buffer.from("a secret of 32 different bytes, 1").toString("base64url");
  const own: Folder = newFolder();
  after(() => own.remove());

  test("users create makes a password and shows it once, or reads one; users list shows neither", async () => {
    const made = await own.run(["users", "create", "Ada@Example.com", "--role", "admin", "--role", "editor", "--json"]);
    assert.equal(made.code, 0, made.err);
    const { id, email, roles, password } = made.json();
    assert.deepEqual([email, roles], ["ada@example.com", ["admin", "editor"]]);
    assert.equal(String(password).length, 20);
    const typed = await own.run(["users", "create", "grace@example.com", "--password-stdin"], {
      input: "a phrase of several words\n",
    });
    assert.equal(typed.code, 0);
    assert.doesNotMatch(typed.out, /phrase|Password/);
    const short = await own.run(["users", "create", "x@example.com", "--password-stdin"], { input: "short\n" });
    assert.equal(short.code, 2);
    assert.match(short.err, /The password does not fit\. Use at least 8 characters\./);
    const listed = await own.run(["users", "list", "--json"]);
    assert.deepEqual(
      Object(listed.json().users).map((user: { id: string; email: string }) => user.email),
      ["ada@example.com", "grace@example.com"],
    );
    assert.ok(
      listed.out.includes(String(id)) && !listed.out.includes(String(password)) && !listed.out.includes("argon2"),
    );
    const ends = await own.runAll([
      { argv: ["users", "create", "ada@example.com"] },
      { argv: ["users", "list", "--limit", "1"] },
    ]);
    assert.deepEqual([endOf(ends, 0).code, endOf(ends, 0).out], [1, ""]);
    assert.match(endOf(ends, 0).err, /already a user ada@example\.com/);
    assert.match(
      endOf(ends, 1).out,
      /^EMAIL +ROLES +STATE +CREATED +ID\nada@example\.com +admin, editor +unverified +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +\S+\n$/,
    );
  });

  test("services create shows the secret once; services list does not", async () => {
    const made = await own.run(["services", "create", "billing", "--json"]);
    const { id, name, secret } = made.json();
    assert.equal(name, "billing");
    assert.match(String(secret), /^cs_[A-Za-z0-9_-]{43}$/);
    const listed = await own.run(["services", "list", "--json"]);
    assert.ok(listed.out.includes(String(id)) && !listed.out.includes("cs_"));
    const writer = await own.run(["services", "create", "console", "--scope", "revocation:write", "--json"]);
    assert.deepEqual(writer.json().scopes, ["revocation:write"]);
    await own.run(["services", "delete", String(writer.json().id), "--yes"]);
    const ends = await own.runAll([{ argv: ["services", "create", "orders"] }, { argv: ["services", "list"] }]);
    assert.match(
      endOf(ends, 0).out,
      /^Created the service orders\.\n {2}id {6}svc_\S+\n {2}secret {2}cs_\S+\n {2}may {5}introspect, revocation:read\nThe secret is shown only now\.\n$/,
    );
    assert.match(endOf(ends, 1).out, /^NAME +ID +MAY +CREATED\nbilling.*\norders.*\n$/);
  });

  test("keys list shows facts; keys export prints a secret only when told to; another secret opens none", async () => {
    const listed = await own.run(["keys", "list", "--json"]);
    const keys: readonly { kid: string; alg: string; use: string; public: boolean }[] = Object(listed.json().keys);
    assert.deepEqual(
      keys.map(({ alg, use, public: published }) => [alg, use, published]),
      [
        ["ES256", "access", true],
        ["HS256", "refresh", false],
      ],
    );
    assert.doesNotMatch(listed.out, /"(?:d|k)"/);
    const kid = keys[0]?.kid ?? "";
    const exported = await own.run(["keys", "export", kid, "--secret"]);
    assert.deepEqual([exported.json().kid, exported.json().kty, typeof exported.json().d], [kid, "EC", "string"]);
    const ends = await own.runAll([
      { argv: ["keys", "list"] },
      { argv: ["keys", "export", "nobody", "--secret"] },
      { argv: ["users", "create", "hal@example.com"], env: { CARDEA_SECRET: otherSecret } },
      { argv: ["keys", "export", "-1KsO-4", "--secret"] },
    ]);
    assert.match(endOf(ends, 0).out, /^KID +ALG +USE +STATE +PUBLISHED /);
    assert.deepEqual([endOf(ends, 1).code, endOf(ends, 1).out], [1, ""]);
    assert.match(endOf(ends, 1).err, /no key nobody\. See: cardea keys list/);
    assert.match(endOf(ends, 3).err, /no key -1KsO-4\. See/, "a kid may begin with a hyphen");
    const lost = endOf(ends, 2);
    assert.deepEqual([lost.code, lost.out], [1, ""]);
    assert.match(lost.err, /Restore the secret that the store was created with \(CARDEA_SECRET, or the \.secret file/);
    assert.ok(!lost.err.includes(otherSecret));
  });

  test("the data folder and its secret are for their owner alone", () => {
    const mode = (path: string): number => statSync(join(own.path, path)).mode & 0o077;
    assert.deepEqual([mode("data"), mode("data/cardea.db.secret")], [0, 0]);
  });
});
