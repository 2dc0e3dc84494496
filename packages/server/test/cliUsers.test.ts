import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Ended, type Folder, newFolder, type Serving } from "./support/cli.ts";
import type { CommandEnd } from "./support/commandLines.ts";
import { type Json, jsonPost, readAnswer } from "./support/issuer.ts";

const words = (line: string): string[] => line.split(" ");
const password = "a phrase of several words";

const ask = async (url: string, init?: RequestInit) => readAnswer(await fetch(url, init));

describe("where there is no store", () => {
  const lines = [
    "users list",
    "users get ada@example.com",
    "users roles ada@example.com --add admin",
    "users disable ada@example.com --yes",
    "users enable ada@example.com",
    "users delete ada@example.com --yes",
    "users export ada@example.com",
    "sessions list ada@example.com",
    "sessions revoke abc",
    "sessions revoke --user ada@example.com --yes",
    "sessions revoke --all --yes",
    "revoke tenant acme --yes",
    "verifiers list",
    "services list",
    "services delete svc_x --yes",
    "keys list",
    "audit list",
  ];
  const own = newFolder();
  after(() => own.remove());
  let ends: readonly CommandEnd[] = [];
  before(async () => {
    ends = await own.runAll(lines.map((line) => ({ argv: words(line) })));
  });
  for (const [at, line] of lines.entries()) {
    test(`${line} says so and makes none`, () => {
      const { code, out, err = "" } = ends[at] ?? {};
      assert.deepEqual([code, out], [1, ""]);
      assert.match(
        err,
        /^cardea: There is no store at \.\/data\/cardea\.db\. Make it with: cardea migrate, or start with: cardea serve\./,
      );
      assert.equal(existsSync(join(own.path, "data")), false);
    });
  }
});

describe("people and their sessions, from the command line beside a running issuer", () => {
  let own: Folder;
  let served: Serving;
  before(async () => {
    own = newFolder();
    // In this mode the store decides, so what another process did holds at once.
    served = await own.serve(["--mode", "stateful"], { env: { CARDEA_TRUST_PROXY: "0" } });
  });
  after(async () => {
    await served.stop();
    own.remove();
  });

  const run = (line: string): Promise<Ended> => own.run(words(line));

  async function json(line: string): Promise<Json> {
    const ended = await run(`${line} --json`);
    assert.equal(ended.code, 0, ended.err);
    return ended.json();
  }

  /** A new person, by the command line, with as many sessions as clients are named. */
  async function person(name: string, ...clients: readonly string[]) {
    const email = `${name}@example.com`;
    const made = await own.run(["users", "create", email, "--verified", "--password-stdin", "--json"], {
      input: password,
    });
    assert.equal(made.code, 0, made.err);
    const bearers: string[] = [];
    for (const client of clients) {
      const { headers, ...post } = jsonPost({ email, password });
      const signedIn = await ask(`${served.issuer}/sign-in`, {
        ...post,
        headers: { ...Object(headers), "user-agent": client },
      });
      assert.equal(signedIn.status, 200);
      bearers.push(`Bearer ${signedIn.body.access_token}`);
    }
    return { id: String(made.json().id), email, bearers };
  }

  const askMe = (authorization = "") => ask(`${served.issuer}/me`, { headers: { authorization } });
  const me = async (authorization?: string): Promise<number> => (await askMe(authorization)).status;

  test("users get shows a person by address in any case, and by id, without the hash of the password", async () => {
    const { id, email } = await person("get");
    const shown = await json(`users get GET@Example.com`);
    assert.deepEqual(
      [shown.id, shown.email, shown.email_verified, shown.roles, shown.fields, shown.disabled_at],
      [id, email, true, [], {}, null],
    );
    assert.deepEqual(await json(`users get ${id}`), shown);
    const { out } = await run(`users get ${id}`);
    assert.match(out, new RegExp(`^id +${id}\\nemail +${email}\\nemail_verified +true\\n`));
    assert.doesNotMatch(out, /argon2|password_hash/);
    const none = await run("users get nobody@example.com");
    assert.deepEqual([none.code, none.out], [1, ""]);
    assert.match(none.err, /There is no user nobody@example\.com\. See: cardea users list/);
  });

  test("users roles gives and takes, and it holds for sessions that are there", async () => {
    const { email, id, bearers } = await person("roles", "curl/8");
    assert.deepEqual((await json(`users roles ${email} --add admin --add editor`)).roles, ["admin", "editor"]);
    assert.deepEqual(Object((await askMe(bearers[0])).body.user).roles, ["admin", "editor"]);
    assert.deepEqual((await json(`users roles ${id} --remove editor --add admin`)).roles, ["admin"]);
    assert.equal((await run(`users roles ${id} --remove admin`)).out, `${email} has no roles.\n`);
  });

  test("ASVS-7.4.2: users disable ends every session and keeps everybody out, until users enable", async () => {
    const { email, bearers } = await person("disable", "curl/8", "curl/9");
    const asked = await run(`users disable ${email}`);
    assert.deepEqual([asked.code, asked.out], [2, ""]);
    assert.match(
      asked.err,
      /Disable disable@example\.com and end all sessions\? Nobody is here to be asked: add --yes/,
    );
    assert.equal(await me(bearers[0]), 200);

    assert.equal((await json(`users disable ${email} --yes`)).done, true);
    assert.deepEqual(await Promise.all(bearers.map(me)), [401, 401]);
    assert.equal((await ask(`${served.issuer}/sign-in`, jsonPost({ email, password }))).status, 401);
    assert.match((await run("users list")).out, /disable@example\.com +disabled /);
    assert.equal((await run(`users enable ${email}`)).out, `Enabled ${email}.\n`);
    assert.equal((await ask(`${served.issuer}/sign-in`, jsonPost({ email, password }))).status, 200);
  });

  test("users export prints all that is kept of a person, and nothing that lets somebody in", async () => {
    const { id, email, bearers } = await person(
      "export",
      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    );
    const exported = await run(`users export ${email}`);
    const body = exported.json();
    assert.deepEqual([Object(body.account).id, Object(body.account).email], [id, email]);
    const [session, ...more] = Object(body.sessions);
    assert.deepEqual([more.length, session.device, session.address], [0, "Firefox on Linux", "127.0.0.1"]);
    const types = Object(body.activity).map(({ type }: Json) => type);
    assert.deepEqual(types, ["account_exported", "signed_in", "account_created"]);
    assert.doesNotMatch(exported.out, /argon2|passwordHash|password_hash/);
    assert.ok(!exported.out.includes(bearers[0]?.slice(7, 60) ?? "none"));
  });

  test("users delete forgets the person and keeps the trail", async () => {
    const { id, email, bearers } = await person("delete", "curl/8");
    assert.equal((await run(`users delete ${email}`)).code, 2);
    assert.equal((await run(`users delete ${email} --yes`)).out, `Deleted ${email} (${id}).\n`);
    assert.equal(await me(bearers[0]), 401);
    assert.equal((await run(`users get ${id}`)).code, 1);
    const { audit } = await json(`audit list --user ${id}`);
    assert.deepEqual(
      Object(audit).map(({ type, actor }: Json) => [type, actor]),
      [
        ["account_deleted", "cli"],
        ["session_ended", "cli"],
        ["signed_in", id],
        ["account_created", "cli"],
      ],
    );
  });

  test("ASVS-7.4.5: sessions list shows devices, and sessions revoke ends one, all of a person, or everybody's", async () => {
    const { id, email, bearers } = await person("sessions", "curl/8.0", "wget/1.2");
    const other = await person("other", "curl/8.0");
    const { sessions } = await json(`sessions list ${email}`);
    assert.deepEqual(
      Object(sessions).map(({ device, account_id, transport }: Json) => [device, account_id, transport]),
      [
        ["wget", id, "bearer"],
        ["curl", id, "bearer"],
      ],
    );
    const [latest] = Object(sessions);
    const { out } = await run(`sessions list ${id}`);
    assert.match(out, /^ID +DEVICE +ADDRESS +LAST USED +SINCE\n\S+ +wget +127\.0\.0\.1 /);
    assert.ok(out.includes(latest.id));

    const revoked = await own.run(["sessions", "revoke", "--", latest.id]);
    assert.deepEqual([revoked.code, revoked.out], [0, "Ended 1 session.\n"], revoked.err);
    assert.deepEqual(await Promise.all(bearers.map(me)), [200, 401]);
    const again = await own.run(["sessions", "revoke", "--", latest.id]);
    assert.deepEqual([again.code, again.out], [1, ""]);
    assert.match(again.err, /There is no session/);

    assert.equal((await run(`sessions revoke --user ${email}`)).code, 2);
    assert.equal((await json(`sessions revoke --user ${email} --yes`)).revoked, 1);
    assert.deepEqual([await me(bearers[0]), await me(other.bearers[0])], [401, 200]);
    assert.equal((await run(`sessions list ${email}`)).out, "No live sessions.\n");

    assert.equal((await run("sessions revoke --all")).code, 2);
    assert.ok(Number((await json("sessions revoke --all --yes")).revoked) >= 1);
    assert.equal(await me(other.bearers[0]), 401);
  });

  test("services delete takes the credentials back", async () => {
    const { id, secret } = await json("services create billing");
    const head = { headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` } };
    assert.equal((await ask(`${served.issuer}/revocation/head`, head)).status, 200);
    assert.equal((await run(`services delete ${id}`)).code, 2);
    assert.equal((await run(`services delete ${id} --yes`)).out, `Deleted the service ${id}.\n`);
    assert.equal((await ask(`${served.issuer}/revocation/head`, head)).status, 401);
    const again = await run(`services delete ${id} --yes`);
    assert.deepEqual([again.code, again.err], [1, `cardea: There is no service ${id}. See: cardea services list\n`]);
    assert.match((await run("audit list --limit 20")).out, new RegExp(`service_deleted +done +cli +serviceId=${id}`));
  });

  test("audit list goes on where a list ended, and shows who did what from where", async () => {
    const { id, email } = await person("audit", "curl/8");
    await ask(`${served.issuer}/sign-in`, jsonPost({ email, password: "not the right phrase" }));
    const all = async (flags: string): Promise<readonly Json[]> => {
      const { audit } = await json(`audit list --user ${email} ${flags}`);
      return Object(audit);
    };
    let whole = await all("--limit 10");
    for (let tries = 0; whole.length < 3 && tries < 50; tries++) whole = await all("--limit 10");
    assert.deepEqual(
      whole.map(({ type, outcome, actor, address }) => [type, outcome, actor, address]),
      [
        ["sign_in_refused", "refused", null, "127.0.0.1"],
        ["signed_in", "done", id, "127.0.0.1"],
        ["account_created", "done", "cli", null],
      ],
    );
    const first = await all("--limit 2");
    const rest = await all(`--limit 2 --before ${first.at(-1)?.id}`);
    assert.deepEqual([...first, ...rest], whole);
    const { out } = await run(`audit list --user ${id} --limit 2`);
    assert.match(
      out,
      /^TIME +EVENT +OUTCOME +BY +ACCOUNT +ADDRESS +DETAILS\n.* sign_in_refused +refused .* reason=wrong_password\n.* signed_in +done +self /,
    );
  });
});
