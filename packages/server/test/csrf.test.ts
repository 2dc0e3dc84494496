import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Route } from "../src/http/route.ts";
import { type CookiePerson, fromPage, newCookiePerson, openBrowser } from "./support/browser.ts";
import { type CheckedIssuer, startCheckedIssuer } from "./support/checkedIssuer.ts";
import { authorizing, newPerson, type Person } from "./support/issuer.ts";

const app = "https://app.example.com";
let issuer: CheckedIssuer;
let own: string;
let ada: Person;
let visitor: CookiePerson;
before(async () => {
  issuer = await startCheckedIssuer({ origins: [app] });
  own = new URL(issuer.url).origin;
  ada = await newPerson(issuer);
  visitor = await newCookiePerson(issuer);
});
after(() => issuer.close());

const cookieOf = ({ browser }: CookiePerson): string => [...browser.cookies].map((pair) => pair.join("=")).join("; ");

type Headers = Readonly<Record<string, string>>;

/** Requests that another site can make a visitor's browser send, by the headers that the browser adds. */
const forged = (): Readonly<Record<string, Headers>> => ({
  "from another site": fromPage("https://evil.example", "cross-site"),
  "from another site that hides its origin": fromPage("null", "cross-site"),
  "from another site, without an origin": { "sec-fetch-site": "cross-site" },
  "from a sibling domain": fromPage("https://blog.example.com", "same-site"),
  "from a sibling domain, without an origin": { "sec-fetch-site": "same-site" },
  "from no page": { "sec-fetch-site": "none" },
  "by an older browser, from another site": { origin: "https://evil.example" },
  "by an older browser, from a sandboxed page": { origin: "null" },
  "with the issuer's origin after a redirect through another site": fromPage(own, "cross-site"),
  "under a name that points here for a moment": fromPage("http://rebound.example", "same-origin"),
  "with two words where one belongs": { ...fromPage(own, "same-origin, cross-site") },
  "with a word that is not known yet": { "sec-fetch-site": "same-planet" },
  "with a referrer that looks right": { referer: `${own}/`, origin: "https://evil.example" },
});

/** Every route that changes something, as a request that would succeed but for its origin. */
const changes = (): readonly Route[] => issuer.auth.routes.filter(({ csrf }) => csrf === "same-origin");

const requestTo = ({ method, body }: Route, headers: Headers): RequestInit => ({
  method,
  headers: { ...headers, ...(body === "none" ? {} : { "content-type": body.type }) },
  ...(body === "none" ? {} : { body: JSON.stringify(body.example) }),
});

const pathOf = ({ path }: Route): string => path.replace(":id", "x");

/** What a forged request must not move. */
const state = async (): Promise<unknown> => ({
  people: await issuer.store.people.list(100),
  log: (await issuer.store.revocations.read(0, 1000)).head,
  done: issuer.events.filter(({ type }) => !/refused/.test(type)).length,
  visitor: (await visitor.browser.get("/sessions")).body.sessions,
});

describe("no page of a foreign origin changes anything", () => {
  test("S-05, ASVS-3.5.1, NIST-S4, CS-CS1: each changing route refuses each kind of forged request, with and without cookies", async () => {
    const before = await state();
    let refused = 0;
    for (const route of changes()) {
      for (const [name, headers] of Object.entries(forged())) {
        for (const credential of [{}, { cookie: cookieOf(visitor) }, authorizing(ada.bearer)]) {
          const answer = await issuer.send(pathOf(route), requestTo(route, { ...headers, ...credential }));
          assert.deepEqual([answer.status, answer.body.code], [403, "csrf_refused"], `${route.operationId} ${name}`);
          assert.deepEqual(answer.headers.getSetCookie(), []);
          refused += 1;
        }
      }
    }
    assert.deepEqual(await state(), before);
    const told = issuer.events.filter(({ type }) => type === "csrf_refused").length;
    assert.deepEqual([refused, told], [changes().length * 39, refused]);
  });

  test("S-05, CB-4: with a cookie and neither Sec-Fetch-Site nor Origin nothing is done, whatever the referrer says", async () => {
    const before = await state();
    for (const route of changes()) {
      for (const headers of [{}, { referer: `${own}/` }]) {
        const answer = await issuer.send(pathOf(route), requestTo(route, { ...headers, cookie: cookieOf(visitor) }));
        assert.deepEqual([answer.status, answer.body.code], [403, "csrf_refused"], route.operationId);
      }
    }
    assert.deepEqual(await state(), before);
  });

  test("ASVS-3.5.2: no simple content type reaches a route that goes by a cookie, not even from the own page", async () => {
    const types = [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/csp-report",
      "",
    ];
    const before = await state();
    // RFC 7009 wants a form. What is revoked is in it: whoever can write it holds the token, and no cookie is looked at.
    const byForm = changes().filter(({ body }) => body !== "none" && body.type !== "application/json");
    assert.deepEqual(
      byForm.map(({ operationId }) => operationId),
      ["revokeToken"],
    );
    for (const route of changes()) {
      // A service shows a header of its own, and is refused without it.
      if (route.body === "none" || byForm.includes(route) || route.guard === "service") continue;
      for (const type of types) {
        const headers = { ...fromPage(own, "same-origin"), cookie: cookieOf(visitor), "content-type": type };
        const body = new TextEncoder().encode(JSON.stringify(route.body.example));
        const { "content-type": _none, ...without } = headers;
        const answer = await issuer.send(pathOf(route), {
          method: route.method,
          headers: type === "" ? without : headers,
          body,
        });
        // A route that asks for a fresh sign-in or another credential may refuse earlier, but never accept.
        assert.deepEqual([answer.status, answer.body.code], [415, "unsupported_media_type"], route.operationId);
      }
    }
    assert.deepEqual(await state(), before);
  });

  test("S-05: a method in a header or a parameter is not looked at", async () => {
    const before = await state();
    const overriding = { "x-http-method-override": "DELETE", "x-method-override": "DELETE", "x-http-method": "DELETE" };
    const headers = { ...fromPage(own, "same-origin"), ...overriding, cookie: cookieOf(visitor) };
    assert.equal((await issuer.send("/me?_method=DELETE", { headers })).status, 200);
    assert.equal((await issuer.send("/me?_method=DELETE", { method: "POST", headers })).status, 405);
    assert.deepEqual(await state(), before);
  });
});

describe("nobody is signed in as somebody else", () => {
  const credentials = () => ({ email: ada.email, password: ada.password });

  test("L-28, CS-CS2: by a form on another site, whatever it calls itself", async () => {
    const form = new URLSearchParams({ ...credentials(), transport: "cookie" });
    const types = ["application/x-www-form-urlencoded", "text/plain", "application/json"];
    for (const type of types) {
      const headers = { ...fromPage("https://evil.example", "cross-site"), "content-type": type };
      const body =
        type === "application/json" ? JSON.stringify({ ...credentials(), transport: "cookie" }) : String(form);
      const answer = await issuer.send("/sign-in", { method: "POST", headers, body });
      assert.deepEqual([answer.status, answer.headers.getSetCookie()], [403, []], type);
    }
  });

  test("L-28: by a request that says nothing of a page, if it asks for cookies; a program gets its tokens", async () => {
    const before = issuer.events.length;
    const asCookie = await issuer.post("/sign-in", { ...credentials(), transport: "cookie" });
    assert.deepEqual([asCookie.status, asCookie.body.code], [403, "csrf_refused"]);
    assert.deepEqual(
      issuer.events.slice(before).map(({ type }) => type),
      ["csrf_refused"],
    );
    assert.equal((await issuer.post("/sign-in", credentials())).status, 200);
    assert.equal((await issuer.post("/sign-in", { ...credentials(), transport: "bearer" })).status, 200);
  });
});

describe("nobody is signed out by another site", () => {
  test("S-06, ASVS-10.6.2: neither by an image nor by a post", async () => {
    const person = await newCookiePerson(issuer);
    const cookie = cookieOf(person);
    const image = await issuer.send("/sign-out", { headers: { cookie, "sec-fetch-site": "cross-site" } });
    const post = await issuer.send("/sign-out", {
      method: "POST",
      headers: { ...fromPage("https://evil.example", "cross-site"), cookie },
    });
    assert.deepEqual([image.status, post.status], [405, 403]);
    assert.equal((await person.browser.get("/me")).status, 200);
  });
});

describe("what is allowed", () => {
  test("the own page, by new browsers and by older ones that send an origin only", async () => {
    for (const headers of [fromPage(own, "same-origin"), { origin: own }, { "sec-fetch-site": "same-origin" }]) {
      const person = await newCookiePerson(issuer);
      const answer = await issuer.send("/sign-out", {
        method: "POST",
        headers: { ...headers, cookie: cookieOf(person) },
      });
      assert.equal(answer.status, 204);
    }
  });

  test("a listed page, on the same site or on another", async () => {
    for (const site of ["same-site", "cross-site"]) {
      const person = await newCookiePerson(issuer);
      const headers = { ...fromPage(app, site), cookie: cookieOf(person) };
      const answer = await issuer.send("/sign-out", { method: "POST", headers });
      assert.equal(answer.status, 204);
      assert.equal(answer.headers.get("access-control-allow-origin"), app);
    }
  });

  test("programs that send neither, with a token of their own and with cookies that are not ours", async () => {
    const headers = { ...authorizing(ada.bearer), cookie: "AWSALB=x; __Host-other-access=y; __host-cardea-access=z" };
    const answer = await issuer.send("/sessions/revoke-others", { method: "POST", headers });
    assert.equal(answer.status, 200);
  });
});

describe("what only reads changes nothing", () => {
  test("ASVS-3.5.3: each GET and HEAD is served by a store that can only be read", async () => {
    const reading = await startCheckedIssuer({ mode: "stateful" });
    const person = await newPerson(reading);
    const record = (await reading.get("/me", person.bearer)).body;
    const { people, keys, revocations, services, mails } = reading.store;
    const written: string[] = [];
    const refuse = (name: string) => async (): Promise<never> => {
      written.push(name);
      throw new Error(`${name} was called`);
    };
    Object.assign(people, { register: refuse("register"), change: refuse("change") });
    Object.assign(keys, { change: refuse("keys.change") });
    Object.assign(revocations, { append: refuse("append") });
    Object.assign(services, { insert: refuse("insert") });
    Object.assign(mails, { claim: refuse("claim") });
    for (const { method, path, guard, operationId } of reading.auth.routes) {
      // An export is written into the audit trail, which is all that it changes.
      if (method !== "GET" || guard === "service" || operationId === "exportMe" || path.startsWith("/.well-known/o"))
        continue;
      for (const verb of ["GET", "HEAD"]) {
        const answer = await reading.send(path, { method: verb, headers: authorizing(person.bearer) });
        assert.equal(answer.status, 200, `${verb} ${path}`);
      }
    }
    assert.deepEqual(written, []);
    assert.equal((await reading.post("/sign-out", undefined, person.bearer)).status, 500);
    assert.deepEqual(written, ["change"]);
    assert.deepEqual((await reading.get("/me", person.bearer)).body, record);
    await reading.close();
  });

  test("ASVS-7.6.2: no GET begins a session or hands out a cookie", async () => {
    const before = issuer.events.length;
    const browser = openBrowser(issuer);
    for (const { method, path } of issuer.auth.routes) {
      if (method !== "GET" || path.startsWith("/.well-known/o") || path.startsWith("/revocation")) continue;
      await browser.get(path);
    }
    assert.equal(browser.cookies.size, 0);
    assert.ok(issuer.events.slice(before).every(({ type }) => type === "token_refused" || /refused/.test(type)));
  });
});

test("CS-CS3: every answer that depends on the page says so to caches", async () => {
  const answers = [
    await issuer.post("/sign-in", { email: "x@example.com", password: "x" }),
    await issuer.get("/me", ada.bearer),
  ];
  for (const { headers } of answers) {
    assert.equal(headers.get("vary"), "Sec-Fetch-Site, Origin, Cookie");
    assert.equal(headers.get("cache-control"), "no-store");
  }
});
