import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Auth, memory, realWorld, sqlite } from "cardea";
import { checkOptions } from "../src/config/options.ts";
import { openAuth } from "../src/createAuth.ts";
import type { PasswordHasher } from "../src/people/passwordHasher/passwordHasher.ts";
import { type Answer, formPost, type Issuer, jsonPost, newPerson, newService, startIssuer } from "./support/issuer.ts";

const password = "a phrase of several words";

let issuer: Issuer;
before(async () => {
  issuer = await startIssuer();
});
after(() => issuer.close());

/** All that a caller can see of an answer, but for the clock and the request's own identifier. */
const visible = ({ status, headers, text }: Answer): unknown => ({
  status,
  text,
  headers: [...headers].filter(([name]) => name !== "date" && name !== "x-request-id"),
});

describe("nobody learns who has an account", () => {
  test("sign-up says the same for a new and a taken address, whatever its case", async () => {
    const first = await issuer.post("/sign-up", { email: "taken@example.com", password });
    const again = await issuer.post("/sign-up", { email: "taken@example.com", password });
    const upper = await issuer.post("/sign-up", { email: "TAKEN@Example.COM", password: "another phrase of words" });
    assert.equal(first.status, 201);
    assert.deepEqual(visible(again), visible(first));
    assert.deepEqual(visible(upper), visible(first));
    assert.equal((await issuer.store.people.list(100)).filter(({ email }) => email === "taken@example.com").length, 1);
    assert.equal((await issuer.post("/sign-in", { email: "taken@example.com", password })).status, 200);
  });

  test("sign-in says the same for an unknown address and a wrong password", async () => {
    const known = await newPerson(issuer);
    const wrong = await issuer.post("/sign-in", { email: known.email, password: "another phrase of words" });
    const unknown = await issuer.post("/sign-in", { email: "nobody@example.com", password: "another phrase of words" });
    const short = await issuer.post("/sign-in", { email: known.email, password: "x" });
    assert.deepEqual([wrong.status, wrong.body.code], [401, "invalid_credentials"]);
    assert.deepEqual(visible(unknown), visible(wrong));
    assert.deepEqual(visible(short), visible(wrong));
    assert.equal(wrong.headers.get("www-authenticate"), null);
  });

  test("L-05: a forgotten password is answered before anything is done for its address, though the store could do it at once", async () => {
    const { email } = await newPerson(issuer);
    const from = issuer.events.length;
    const told = (): readonly string[] => issuer.events.slice(from).map(({ type }) => type);
    const answer = await issuer.auth.fetch(new Request(`${issuer.url}/password/forgot`, jsonPost({ email })));
    // All that is ready in this turn of the event loop runs before the answer's bytes leave.
    for (let step = 0; step < 1000; step += 1) await Promise.resolve();
    assert.deepEqual([answer.status, told()], [202, []]);
    await issuer.auth.settled();
    assert.deepEqual(told(), ["password_reset_requested"]);
  });

  test("ASVS-6.3.8: sign-in says the same where a hash cannot be checked, after the same work; whoever runs it hears why", async () => {
    const store = await memory().open(realWorld);
    const opened = { ...memory(), open: async () => store };
    const pepper = (id: string) => ({ id, secret: realWorld.random(32) });
    const before = await startIssuer({ store: opened, passwords: { pepper: pepper("old") } });
    const { email } = await newPerson(before);
    const own = await startIssuer({ store: opened, passwords: { pepper: pepper("new") } });
    const unknown = await own.post("/sign-in", { email: "nobody@example.com", password });
    const lost = await own.post("/sign-in", { email, password });
    assert.deepEqual([lost.status, lost.body.code], [401, "invalid_credentials"]);
    assert.deepEqual(visible(lost), visible(unknown));
    const faults = own.events.flatMap((event) => (event.type === "fault" ? [String(event.error)] : []));
    assert.equal(faults.length, 1);
    assert.match(faults[0] ?? "", /pepper "old"\. Add it to passwords\.earlierPeppers/);
    await own.close();
    await before.close();
  });

  /** An issuer with a hasher that writes down what it was asked. */
  const watched = async (): Promise<{ readonly auth: Auth; readonly asked: string[] }> => {
    const asked: string[] = [];
    const hasher: PasswordHasher = {
      hash: async () => {
        asked.push("hash");
        return "hash";
      },
      verify: async (_, stored) => {
        asked.push(`verify ${stored}`);
        return { matches: false, outdated: false };
      },
      requireRoom: () => undefined,
      close: async () => undefined,
    };
    return {
      asked,
      auth: await openAuth(checkOptions({ issuer: "http://localhost/auth", store: memory() }), { hasher }),
    };
  };
  const ask = (auth: Auth, path: string, email: string): Promise<Response> =>
    auth.fetch(new Request(`http://localhost/auth${path}`, jsonPost({ email, password })));

  test("ASVS-6.3.8: an unknown address costs one verification, like a known one", async () => {
    const { asked, auth } = await watched();
    await ask(auth, "/sign-up", "known@example.com");
    asked.length = 0;
    for (const name of ["unknown", "known"]) {
      assert.equal((await ask(auth, "/sign-in", `${name}@example.com`)).status, 401);
    }
    assert.deepEqual(asked, ["verify undefined", "verify hash"]);
    await auth.close();
  });

  test("ASVS-6.3.8: a taken address costs one hash, like a new one", async () => {
    const { asked, auth } = await watched();
    for (const _ of ["new", "taken"]) await ask(auth, "/sign-up", "same@example.com");
    assert.deepEqual(asked, ["hash", "hash"]);
    await auth.close();
  });
});

describe("text is text", () => {
  const hostile = [
    "' OR 1=1--",
    "a'); DROP TABLE accounts;--@x.io",
    "\\@x.io",
    "%@x.io",
    "0x27@x.io",
    "\u2019 OR 1=1@x.io",
    "a@x.io\0",
    "a@x.io\0b",
    "a@x.io%00",
    "ａ@x.io",
    '"a b"@x.io',
    "a@x.io ",
    "a@@x.io",
    "",
  ];
  /** Odd, but an address like any other. */
  const legal = ["%@x.io", "0x27@x.io"];
  for (const storeName of ["memory", "sqlite"]) {
    test(`L-23: ${storeName}: queries in disguise neither sign in nor leave a row`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "cardea-hostile-"));
      const store = storeName === "memory" ? memory() : sqlite(join(folder, "a.db"));
      const own = await startIssuer({ store, throttle: { account: { freeFailures: 20 } } });
      const { email } = await newPerson(own);
      for (const text of hostile) {
        const asName = await own.post("/sign-in", { email: text, password });
        const asPassword = await own.post("/sign-in", { email, password: text });
        assert.ok([400, 401].includes(asName.status), text);
        assert.equal(asPassword.status, 401, text);
        const taken = await own.post("/sign-up", { email: text, password });
        assert.equal(taken.status, legal.includes(text) ? 201 : 400, text);
      }
      const rows = (await own.store.people.list(100)).map((account) => account.email);
      assert.deepEqual(rows.toSorted(), [email, ...legal].toSorted());
      await own.close();
      rmSync(folder, { recursive: true });
    });
  }

  test("passwords of 8 to 256 code points are taken; longer, shorter and broken ones are refused before any work", async () => {
    const cases: readonly (readonly [string, number, unknown])[] = [
      ["\u{1f600}".repeat(7), 400, "password_too_short"],
      ["x".repeat(7), 400, "password_too_short"],
      ["x".repeat(257), 400, "password_too_long"],
      ["\ud800".repeat(9), 400, "password_malformed"],
      [`phrase of words\udc01`, 400, "password_malformed"],
      ["x".repeat(64), 400, "password_predictable"],
      ["correct horse battery ".repeat(3).slice(0, 64), 201, undefined],
      [`${"\u{1f600}\u{1f40e}\u{1f50b}\u{1f4ce}".repeat(63)}abcd`, 201, undefined],
      [" \t spaces stay \n ", 201, undefined],
    ];
    for (const [index, [text, status, reason]] of cases.entries()) {
      const answer = await issuer.post("/sign-up", { email: `password${index}@example.com`, password: text });
      const [error] = Array.isArray(answer.body.errors) ? answer.body.errors : [{}];
      assert.deepEqual([answer.status, error.reason], [status, reason]);
      assert.ok(!answer.text.includes(text));
    }
    const taken = (await issuer.store.people.list(100)).filter(({ email }) => email.startsWith("password"));
    assert.equal(taken.length, 3);
  });
});

describe("what is stored opens nothing", () => {
  for (const mode of ["stateless", "stateful", "hybrid"] as const) {
    test(`${mode}: no token, password or secret can be read from the database's files`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "cardea-dump-"));
      const own = await startIssuer({ mode, store: sqlite(join(folder, "auth.db")) });
      const person = await newPerson(own);
      const refreshed = await own.post("/refresh", { refresh_token: person.refresh });
      const service = await newService(own.auth);
      const secrets = [
        person.password,
        person.access,
        person.refresh,
        String(refreshed.body.access_token),
        String(refreshed.body.refresh_token),
        String(refreshed.body.refresh_token).split(".")[2],
        atob(service.slice(6)).split(":")[1],
        own.auth.keys.secretJwk(own.auth.keys.signing().kid ?? "")?.d,
        ...own.auth.keys.refreshSecrets().map((secret) => Buffer.from(secret).toString("base64url")),
        readFileSync(join(folder, "auth.db.secret"), "utf8").trim(),
      ];
      const files = readdirSync(folder).filter((name) => !name.endsWith(".secret"));
      assert.ok(files.includes("auth.db-wal"));
      for (const name of files) {
        const bytes = readFileSync(join(folder, name));
        assert.deepEqual(
          secrets.map((secret) => bytes.includes(String(secret))),
          secrets.map(() => false),
          name,
        );
      }
      assert.ok(secrets.every((secret) => secret !== undefined && secret.length > 20));
      await own.close();
      rmSync(folder, { recursive: true });
    });
  }

  test("events name no token, password or address", async () => {
    const person = await newPerson(issuer);
    await issuer.post("/sign-in", { email: person.email, password: "another phrase of words" });
    await issuer.post("/refresh", { refresh_token: person.refresh });
    await issuer.post("/sign-out", undefined, person.bearer);
    const told = JSON.stringify(issuer.events);
    for (const secret of [person.password, person.access, person.refresh, person.email])
      assert.ok(!told.includes(secret));
    assert.match(told, /session_ended/);
  });
});

describe("tokens are not interchangeable", () => {
  for (const mode of ["stateless", "stateful", "hybrid"] as const) {
    test(`JWT-13: ${mode}: no token of one kind passes as the other, and a planted session is none`, async () => {
      const own = await startIssuer({ mode });
      const service = await newService(own.auth);
      const planted = { cookie: "__Host-sid=attacker; sid=attacker" };
      const { access, refresh, bearer } = await newPerson(own);
      assert.equal((await own.get("/me", `Bearer ${refresh}`)).status, 401);
      assert.equal((await own.post("/refresh", { refresh_token: access })).body.code, "invalid_grant");
      assert.equal((await own.send("/me", { headers: planted })).status, 401);
      for (const wrong of [refresh, "attacker", "x", ""]) {
        const { status, text } = await own.send("/introspect", formPost(`token=${wrong}`, service));
        assert.deepEqual([status, text], [200, '{"active":false}']);
      }
      const active = await own.send("/introspect", formPost(`token=${access}&token_type_hint=refresh_token`, service));
      assert.deepEqual([active.body.active, active.body.token_type, active.body.iss], [true, "Bearer", own.url]);
      await own.post("/sign-out", undefined, bearer);
      const ended = await own.send("/introspect", formPost(`token=${access}`, service));
      assert.equal(ended.body.active, false);
      await own.close();
    });
  }
});

test("ASVS-16.5.1: a fault of the store is a plain 500 or, where attempts cannot be counted, 503, and an event; the process lives", async () => {
  const folder = mkdtempSync(join(tmpdir(), "cardea-broken-"));
  const own = await startIssuer({ store: sqlite(join(folder, "auth.db")), mode: "stateful" });
  const person = await newPerson(own);
  const service = await newService(own.auth);
  await own.store.close();
  const answers = [
    await own.post("/sign-up", { email: "late@example.com", password }),
    await own.post("/sign-in", { email: person.email, password }),
    await own.post("/refresh", { refresh_token: person.refresh }),
    await own.get("/me", person.bearer),
    await own.get("/sessions", person.bearer),
    await own.get("/revocation/head", service),
    await own.get("/revocation/feed", service),
    await own.send("/introspect", formPost(`token=${person.access}`, service)),
  ];
  for (const { status, body, text } of answers) {
    assert.ok(["500 internal_error", "503 temporarily_unavailable"].includes(`${status} ${body.code}`), text);
    assert.doesNotMatch(text, /database|sqlite|open|src/i);
  }
  assert.ok(own.events.some((event) => event.type === "fault" && event.where === "http"));
  assert.equal((await own.get("/.well-known/jwks.json")).status, 200);
  await assert.rejects(own.close());
  rmSync(folder, { recursive: true });
});
