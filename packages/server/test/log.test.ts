import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, test } from "node:test";
import { type EventContext, eventCatalogue, logEvents, type SecurityEvent } from "cardea";
import { z } from "zod";
import { type Folder, newFolder, type Serving } from "./support/cli.ts";
import { jsonPost, readAnswer } from "./support/issuer.ts";

const folders: Folder[] = [];
const folder = (): Folder => {
  const made = newFolder();
  folders.push(made);
  return made;
};
after(() => {
  for (const made of folders) made.remove();
});

const ada = { email: "ada@example.com", password: "a phrase of several words" };
/** Then the address of a client on this machine is known. */
const env = { CARDEA_TRUST_PROXY: "0" };

const ask = async (url: string, init?: RequestInit) => readAnswer(await fetch(url, init));

/** What a line of the log is: when, where, who, what, and facts that are no objects but the exception of a fault. */
const lineForm = z.looseObject({
  level: z.enum(["info", "warn", "error"]),
  time: z.iso.datetime({ precision: 3, offset: false }),
  pid: z.int(),
  hostname: z.string(),
  event: z.enum(Object.keys(eventCatalogue)),
  outcome: z.enum(["done", "refused", "failed"]),
  id: z.string().regex(/^[0-9a-f]{32}$/),
  actor: z.string().optional(),
  accountId: z.string().optional(),
  sessionId: z.string().optional(),
  address: z.string().max(64).optional(),
  userAgent: z.string().max(256).optional(),
  requestId: z.string().optional(),
});

type Line = z.infer<typeof lineForm>;

/** The lines of a log, each of which must be one object of JSON in that form. */
function linesOf(log: string): readonly Line[] {
  assert.ok(log === "" || log.endsWith("\n"));
  // Whatever a reader may take for the end of a line, none stands within one.
  const lines = log.split(/[\n\r\u0085\u2028\u2029]/).slice(0, -1);
  return lines.map((line) => lineForm.parse(JSON.parse(line)));
}

/** Everything that a person can do in a minute, well and badly. */
async function tour({ issuer }: Serving): Promise<readonly string[]> {
  const secrets = [ada.password, "not the phrase of several words"];
  await ask(`${issuer}/sign-up`, jsonPost(ada));
  await ask(`${issuer}/sign-up`, jsonPost(ada));
  const { body } = await ask(`${issuer}/sign-in`, jsonPost(ada));
  await ask(`${issuer}/sign-in`, jsonPost({ ...ada, password: secrets[1] }));
  await ask(`${issuer}/sign-in`, jsonPost({ ...ada, email: "nobody@example.com" }));
  await ask(`${issuer}/refresh`, jsonPost({ refresh_token: "rt_nonsense-that-is-none" }));
  await ask(`${issuer}/me`, { headers: { authorization: `Bearer ${body.access_token}x` } });
  await ask(`${issuer}/introspect`, { method: "POST", headers: { authorization: `Basic ${btoa("svc_x:cs_wrong")}` } });
  await ask(`${issuer}/sign-out`, jsonPost(undefined, `Bearer ${body.access_token}`));
  return [...secrets, String(body.access_token), String(body.refresh_token), "rt_nonsense", "cs_wrong", ada.email];
}

describe("the log of serve", () => {
  test("ASVS-16.2.1 ASVS-16.2.2 ASVS-16.2.4: is one object of JSON a line with when, where, who and what", async () => {
    const served = await folder().serve([], { env });
    await tour(served);
    assert.equal(await served.stop(), 0);
    const lines = linesOf(await served.log);
    const told = lines.map(({ level, event, outcome }) => [level, event, outcome]);
    for (const expected of [
      ["info", "signed_up", "done"],
      ["warn", "sign_up_repeated", "refused"],
      ["info", "signed_in", "done"],
      ["warn", "sign_in_refused", "refused"],
      ["warn", "refresh_refused", "refused"],
      ["warn", "token_refused", "refused"],
      ["warn", "service_refused", "refused"],
      ["info", "session_ended", "done"],
    ]) {
      assert.ok(
        told.some((line) => line.join() === expected.join()),
        `${expected}`,
      );
    }
    const signedIn = lines.find(({ event }) => event === "signed_in");
    assert.deepEqual([signedIn?.amr, signedIn?.address, signedIn?.actor], [["pwd"], "127.0.0.1", signedIn?.accountId]);
    assert.ok(typeof signedIn?.sessionId === "string" && typeof signedIn.requestId === "string");
  });

  test("ASVS-16.2.5 CS-LG1: holds no password, no token, no credential and no email address", async () => {
    const served = await folder().serve(["--log-level", "debug"], { env });
    const secrets = await tour(served);
    await served.stop();
    const log = await served.log;
    assert.ok(linesOf(log).length >= 8);
    for (const secret of secrets) assert.ok(!log.includes(secret), secret.slice(0, 12));
  });

  test("H-21 ASVS-16.4.1: no text of a caller forges a line, steers a terminal or fills the disk", async () => {
    const served = await folder().serve([], { env });
    const hostile = [
      'x@x.io\n{"level":"info","event":"signed_in"}',
      "\u001b[2J\u001b]0;owned\u0007@x.io",
      "a\u2028b\u2029@x.io",
      "%s%n%d%j@x.io",
      ["$", "{jndi:ldap://x}@x.io"].join(""),
    ];
    for (const email of hostile) await ask(`${served.issuer}/sign-in`, jsonPost({ ...ada, email }));
    const agents = [
      `a\u0085b\u00a0${"é".repeat(12_000)}`,
      '{"level":"info","event":"signed_in"}',
      "%s%n%d%j%o",
      "\u009b2J",
    ];
    for (const agent of agents) await rawSignIn(served.issuer, agent);
    await served.stop();
    const log = await served.log;
    const lines = linesOf(log);
    assert.doesNotMatch(log.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert.deepEqual(
      lines.filter(({ event }) => event === "signed_in"),
      [],
    );
    const seen = lines.flatMap(({ userAgent = "node" }) => (userAgent === "node" ? [] : [userAgent]));
    assert.deepEqual(
      seen.map((agent) => agent.slice(0, 12)),
      ["a\\u0085b\u00a0ééé", '{"level":"in', "%s%n%d%j%o", "\\u009b2J"],
    );
    assert.ok(seen.every((agent) => agent.length <= 256));
  });

  test("has as much as its level says", async () => {
    const levels = await Promise.all(
      ["error", "silent", "warn"].map(async (level) => {
        const served = await folder().serve(["--log-level", level], { env });
        await tour(served);
        await served.stop();
        return linesOf(await served.log).map((line) => line.level);
      }),
    );
    assert.deepEqual(levels.slice(0, 2), [[], []]);
    assert.deepEqual([...new Set(levels[2])], ["warn"]);
  });

  test("ASVS-16.5.4: has the last word of a process that is lost, without the password in it, and then it ends", async () => {
    const own = folder();
    writeFileSync(
      join(own.path, "cardea.config.ts"),
      `import { defineConfig } from "cardea";
       process.once("SIGUSR2", () => { throw new Error("cannot reach postgres://ada:pw-canary@db.example/auth\\u2028 at_${"x".repeat(43)}"); });
       export default defineConfig({});`,
    );
    const served = await own.serve();
    served.child.kill("SIGUSR2");
    const log = await served.log;
    const line = linesOf(log).find(({ event }) => event === "fault");
    assert.deepEqual([line?.event, line?.level, line?.where, line?.actor], ["fault", "error", "process", "system"]);
    const { name, message, stack } = Object(line?.error);
    assert.deepEqual([name, message], ["Error", "cannot reach postgres://ada:***@db.example/auth\\u2028 ***"]);
    assert.match(stack, /\n {4}at .*cardea\.config\.ts/);
    assert.doesNotMatch(log, /pw-canary|x{43}/);
    assert.equal(served.child.exitCode ?? (await exitOf(served)), 1);
  });

  test("is not waited for: whoever reads it may go away", async () => {
    const served = await folder().serve();
    served.child.stderr?.destroy();
    await served.log.catch(() => undefined);
    for (let at = 0; at < 20; at++) await ask(`${served.issuer}/me`, { headers: { authorization: "Bearer x" } });
    assert.equal((await ask(`${served.issuer}/sign-up`, jsonPost(ada))).status, 201);
    assert.equal(await served.stop(), 0);
  });
});

const exitOf = ({ child }: Serving): Promise<number | null> =>
  new Promise((resolve) => child.once("exit", (code) => resolve(code)));

/** `fetch` would not send such a name of a client; a socket does. */
async function rawSignIn(issuer: string, agent: string): Promise<void> {
  const { port, pathname } = new URL(issuer);
  const body = JSON.stringify({ ...ada, email: "nobody@example.com" });
  const head = `POST ${pathname}/sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nUser-Agent: ${agent}\r\nContent-Length: ${body.length}\r\n\r\n`;
  const socket = connect(Number(port), "localhost");
  socket.write(head + body, "latin1");
  assert.match(await text(socket), /^HTTP\/1\.1 401 /);
}

describe("events in a logger of the application's", () => {
  type Said = { readonly level: string; readonly line: object };

  function told(...events: readonly SecurityEvent[]): readonly Said[] {
    const said: Said[] = [];
    const at = (level: string) => (line: object) => void said.push({ level, line });
    const hook = logEvents({ info: at("info"), warn: at("warn"), error: at("error") });
    const context: EventContext = {
      id: "1",
      at: 0,
      actor: "cli",
      address: undefined,
      userAgent: undefined,
      requestId: "r",
    };
    for (const event of events) hook(event, context);
    return said;
  }

  test("are one object each, at the level of their outcome, with the facts of the catalogue and no others", () => {
    const planted = { type: "roles_changed", accountId: "a", roles: ["b"], password: "pw-canary" } as const;
    const [done, refused] = told(planted, { type: "rate_limited", limit: "sign-in" });
    assert.equal(done?.level, "info");
    assert.deepEqual(JSON.parse(JSON.stringify(done?.line)), {
      event: "roles_changed",
      outcome: "done",
      id: "1",
      actor: "cli",
      accountId: "a",
      requestId: "r",
      roles: ["b"],
    });
    assert.equal(refused?.level, "warn");
  });

  test("have of an exception what mends it, and nothing of what a driver was given", () => {
    const jwt = ["eyJhbGciOiJFUzI1NiJ9", "e30", "c2ln"].join(".");
    const error = Object.assign(
      new TypeError(`redis://:pw-canary@h failed for ${jwt} $argon2id$v=19$m=1 postgres://h?password=pw-canary`, {
        cause: new Error("rt_pw-canary-pw-canary-pw-canary"),
      }),
      { code: "ECONNREFUSED" },
    );
    const [fault, odd] = told({ type: "fault", where: "a test", error }, { type: "fault", where: "b", error: "text" });
    assert.equal(fault?.level, "error");
    const { message, code, cause, stack } = Reflect.get(fault?.line ?? {}, "error");
    assert.equal(message, "redis://:***@h failed for *** *** postgres://h?password=***");
    assert.deepEqual([code, cause], ["ECONNREFUSED", "Error: ***"]);
    assert.doesNotMatch(stack, /pw-canary|eyJ/);
    assert.deepEqual(Reflect.get(odd?.line ?? {}, "error"), { message: "text" });
  });
});
